"""`scimtui profile`: what it prints, how it ends, and that no token is shown."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import keyring.core
import pytest
from keyring.backends import null

import scimtui.cli
from scimtui.gitlab.secret import Secret
from scimtui.profiles import Keystore, Profile, Profiles, TokenKind, paths

URL = "https://gitlab.example/api/scim/v2/groups/acme"
TOKEN = "glpat-Zx81secretsecret00"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line; standard input is no terminal."""

    def running(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            scimtui.cli.main(list(arguments))
        shown = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), shown.out, shown.err

    return running


def saved(name: str = "acme") -> Profile:
    return Profiles.load(paths().profiles_file).get(name)


def test_add_from_options(run: Run, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("")
    code, out, err = run(
        *("profile", "add", "acme", "--scim-url", URL, "--rest-url", "https://api.example/api/v4"),
        *("--idp", "entra", "--nameid-source", "user.mail", "--read-write", "--no-snapshot"),
        *("--ca-file", str(authority), "--access-token-env", "ACME"),
        *("--scim-token-command", "pass show 'my scim'"),
    )
    assert (code, err) == (0, "next: scimtui --profile acme check\n")
    assert "Saved “acme”: gitlab.example, acme, may write, untested." in out
    assert "environment variable ACME" in out
    assert saved() == Profile(
        name="acme",
        scim_url=URL,
        rest_url="https://api.example/api/v4",
        idp="entra",
        nameid_source="user.mail",
        read_only=False,
        snapshot=False,
        ca_file=str(authority),
        untested=True,
        access_token_env="ACME",
        scim_token_command=("pass", "show", "my scim"),
    )


def test_a_new_profile_is_read_only_and_the_first_is_the_default(run: Run) -> None:
    assert run("profile", "add", "acme", "--scim-url", URL)[0] == 0
    assert run("profile", "add", "beta", "--scim-url", URL)[0] == 0
    assert saved().read_only
    assert Profiles.load(paths().profiles_file).default == "acme"
    assert run("profile", "default", "beta")[:2] == (0, "“beta” is the default now.\n")
    assert Profiles.load(paths().profiles_file).default == "beta"


def test_tokens_come_from_stdin_into_the_key_store(run: Run) -> None:
    code, out, err = run(
        *("profile", "add", "acme", "--scim-url", URL, "--access-token-stdin", "--scim-token-stdin"),
        stdin=f"{TOKEN}\nglsoat-Zx81\n",
    )
    assert code == 0
    assert "The access token is kept in the key store." in out
    assert "Zx81" not in out + err
    assert Keystore().get(saved(), TokenKind.ACCESS) == Secret(TOKEN)
    assert Keystore().get(saved(), TokenKind.SCIM) == Secret("glsoat-Zx81")
    written = [path.read_text() for path in paths().config.iterdir()]
    assert "Zx81" not in "".join(written)


@pytest.mark.parametrize("stdin", ["", "Zx81 a", "Zx81\nZx81\n", "glsoat-Zx81"])
def test_what_can_not_be_a_token_saves_nothing(run: Run, stdin: str) -> None:
    code, out, err = run("profile", "add", "acme", "--scim-url", URL, "--access-token-stdin", stdin=stdin)
    assert code == 2
    assert "nothing was saved" in err
    assert "Zx81" not in out + err
    assert not paths().config.exists()


def test_tokens_are_no_arguments(run: Run) -> None:
    code, _, err = run("profile", "add", "acme", "--scim-url", URL, "--access-token", TOKEN)
    assert code == 2
    assert TOKEN not in err
    code, out, err = run("profile", "add", "acme", "--scim-url", TOKEN)
    assert code == 2
    assert "a token is in it, where an address alone belongs" in err
    assert TOKEN not in out + err


MISPLACED = "glrt-" + "Inv3nted" * 3
OLD = "aB3dE5gH7jK9mN1pQ2rS"
HOST = "https://git.example/api/scim/v2/groups"


@pytest.mark.parametrize(
    "arguments",
    [
        ("profile", "add", MISPLACED, "--scim-url", URL),
        ("profile", "add", OLD, "--scim-url", URL),
        ("profile", "add", "acme", "--scim-url", MISPLACED),
        ("profile", "add", "acme", "--scim-url", f"{HOST}/{MISPLACED}"),
        ("profile", "add", "acme", "--scim-url", f"{HOST}/{OLD}"),
        ("profile", "add", "acme", "--scim-url", f"{HOST}/acme%2Fglrt%2D" + "Inv3nted" * 3),
        ("profile", "add", "acme", "--scim-url", f"{HOST}/acme?private_token={MISPLACED}"),
        (
            "profile",
            "add",
            "acme",
            "--scim-url",
            f"https://oauth2:{MISPLACED}@git.example/api/scim/v2/groups/a",
        ),
        ("profile", "add", "acme", "--scim-url", f"https://{MISPLACED}.example/api/scim/v2/groups/acme"),
        (
            "profile",
            "add",
            "acme",
            "--scim-url",
            URL,
            "--rest-url",
            f"https://git.example/{MISPLACED}/api/v4",
        ),
        ("profile", "add", "acme", "--scim-url", URL, "--ca-file", MISPLACED),
        ("profile", "add", "acme", "--scim-url", URL, "--idp", MISPLACED),
        ("profile", "add", "acme", "--scim-url", URL, "--nameid-source", MISPLACED),
        ("profile", "add", "acme", "--scim-url", URL, "--scim-token-env", MISPLACED),
        ("profile", "add", "acme", "--scim-url", URL, "--access-token-env", OLD),
        ("profile", "add", "acme", "--scim-url", URL, "--scim-token-command", f"echo {MISPLACED}"),
        ("profile", "add", "acme", "--scim-url", URL, "--access-token-command", f"sh -c 'echo {OLD}'"),
        ("profile", "add", "acme", MISPLACED),
        ("profile", "add", "acme", f"--{MISPLACED}"),
        ("profile", "show", MISPLACED),
        ("profile", "remove", OLD),
        ("profile", "default", MISPLACED),
        ("profile", MISPLACED),
        ("--profile", MISPLACED, "users"),
        (MISPLACED,),
        ("simulate", "--port", MISPLACED),
        ("setup", MISPLACED),
        ("review", MISPLACED),
        ("undo", MISPLACED),
    ],
)
def test_a_token_where_none_belongs_is_refused_and_not_repeated(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert code in (1, 2)
    assert "Inv3nted" not in out + err and OLD not in out + err
    assert not paths().config.exists()


def test_a_group_that_is_called_alike_is_taken(run: Run) -> None:
    code, _, err = run("profile", "add", "gl-team-glass", "--scim-url", f"{HOST}/Engineering-Team2024")
    assert code == 0, err


def test_without_a_key_store_the_profile_is_saved_and_the_other_ways_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", null.Keyring())  # type: ignore[no-untyped-call]
    code, _, err = run(
        "profile", "add", "acme", "--scim-url", URL, "--access-token-stdin", stdin=TOKEN + "\n"
    )
    assert code == 1
    assert "no token was kept" in err
    assert "access_token_env" in err
    assert "access_token_command" in err
    assert saved().scim_url == URL


def test_wrong_use(run: Run) -> None:
    assert run("profile", "add", "acme")[0] == 2
    assert run("profile", "add", "environment", "--scim-url", URL)[0] == 2
    assert run("profile", "add", "acme", "--scim-url", URL, "--access-token-command", "'")[0] == 2
    assert run("profile", "add", "acme", "--scim-url", URL, "--idp", "azure")[0] == 2
    assert not paths().config.exists()


def test_a_taken_name_is_changed_only_with_replace(run: Run) -> None:
    run("profile", "add", "acme", "--scim-url", URL, "--idp", "okta")
    code, _, err = run("profile", "add", "acme", "--scim-url", URL + "2")
    assert code == 2
    assert "--replace" in err
    assert run("profile", "add", "acme", "--replace", "--read-write")[0] == 0
    assert (saved().scim_url, saved().idp, saved().read_only) == (URL, "okta", False)


def test_list(run: Run) -> None:
    code, out, err = run("profile", "list")
    assert (code, out) == (0, "")
    assert "profile add NAME" in err
    assert run("profile", "list", "--json")[:2] == (0, "[]\n")
    run("profile", "add", "acme", "--scim-url", URL)
    run(
        "profile", "add", "株", "--scim-url", "https://gitlab.example/api/scim/v2/application", "--read-write"
    )
    code, out, err = run("profile", "list")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "*  acme  gitlab.example  acme            -  read-only  untested",
        "   株    gitlab.example  whole instance  -  may write  untested",
    ]
    rows = json.loads(run("profile", "list", "--json")[1])
    assert [(row["name"], row["default"], row["group"]) for row in rows] == [
        ("acme", True, "acme"),
        ("株", False, None),
    ]


def test_show_tells_sources_and_fetches_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run(
        *("profile", "add", "acme", "--scim-url", URL, "--access-token-env", "ACME"),
        *("--scim-token-command", "false"),
    )
    monkeypatch.setenv("ACME", TOKEN)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    code, out, err = run("profile", "show", "acme")
    assert (code, err) == (0, "")
    assert "environment variable ACME (set)" in out
    assert "what the command “false” prints" in out
    code, document, err = run("profile", "show", "--json")
    assert (code, err) == (0, "")
    assert json.loads(document) == {
        "name": "acme",
        "default": True,
        "scim_url": URL,
        "rest_url": "https://gitlab.example/api/v4",
        "host": "gitlab.example",
        "group": "acme",
        "idp": None,
        "nameid_source": None,
        "read_only": True,
        "snapshot": True,
        "ca_file": None,
        "allow_http": False,
        "untested": True,
        "access_token": {"source": "environment-variable", "name": "ACME", "set": True},
        "scim_token": {"source": "command", "name": "false", "set": None},
    }
    assert TOKEN not in out + document


def test_show_the_environment_profile(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCIMTUI_SCIM_URL", URL)
    monkeypatch.setenv("SCIMTUI_ACCESS_TOKEN", TOKEN)
    code, out, err = run("profile", "show")
    assert (code, err) == (0, "")
    assert out.startswith("environment\n")
    assert "SCIMTUI_ACCESS_TOKEN (set)" in out
    assert "SCIMTUI_SCIM_TOKEN (not set)" in out
    assert TOKEN not in out


def test_names_that_are_not_saved_end_with_1(run: Run) -> None:
    assert run("profile", "show")[0] == 1
    run("profile", "add", "acme", "--scim-url", URL)
    for command in (("show",), ("default",), ("remove", "--yes")):
        code, _, err = run("profile", *command, "acne")
        assert code == 1
        assert "did you mean acme?" in err


def test_an_unreadable_file_ends_with_2(run: Run) -> None:
    run("profile", "add", "acme", "--scim-url", URL)
    with paths().profiles_file.open("a") as file:
        file.write("read_onyl = true\n")
    for command in (("list",), ("show",), ("default", "acme"), ("remove", "acme", "--yes"), ("add", "b")):
        code, _, err = run("profile", *command)
        assert code == 2
        assert "line 9: profiles.acme.read_onyl: not a key of a profile" in err


def test_remove_takes_tokens_and_snapshot_and_keeps_the_journal(run: Run) -> None:
    run("profile", "add", "acme", "--scim-url", URL, "--access-token-stdin", stdin=TOKEN)
    places, profile = paths(), saved()
    places.prepare_file(places.snapshot(profile))
    places.prepare_file(places.journal(profile))
    code, _, err = run("profile", "remove", "acme")
    assert code == 2
    assert "--yes" in err
    assert saved() == profile
    code, out, err = run("profile", "remove", "acme", "--yes")
    assert (code, out) == (0, "Removed “acme”.\n")
    assert str(places.journal(profile)) in err
    assert places.journal(profile).exists()
    assert not places.snapshot(profile).exists()
    assert Keystore().entries() == ()
    assert Profiles.load(places.profiles_file).by_name == {}


def at_a_terminal(arguments: list[str], answers: list[tuple[str, str]], home: Path) -> tuple[int, str]:
    """Runs scimtui on a pseudo-terminal; each answer is typed once its question is shown."""
    ours, theirs = pty.openpty()
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "scimtui", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=root,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": f"{root}:{Path(__file__).parent}",
            "PYTHON_KEYRING_BACKEND": "file_keyring_for_tests.FileKeyring",
            "KEYRING_FILE": str(home / "kept.json"),
        },
    )
    os.close(theirs)
    shown, answered = "", 0
    waiting = list(answers)
    while True:
        if not select.select([ours], [], [], 60)[0]:
            process.kill()
            pytest.fail(f"nothing more was shown after: {shown!r}")
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # how Linux tells that the other side is closed
            break
        if not chunk:
            break
        shown += chunk.decode()
        # The echo of an answer stands in the line of its question, which must not be answered again.
        if waiting and waiting[0][0] in shown[answered:].rpartition("\n")[2]:
            os.write(ours, waiting.pop(0)[1].encode() + b"\n")
            answered = len(shown)
    os.close(ours)
    return process.wait(timeout=60), shown


def test_asked_at_a_terminal_access_token_first_and_hidden(tmp_path: Path) -> None:
    code, shown = at_a_terminal(
        ["profile", "add", "acme"],
        [
            ("SCIM endpoint URL:", "https://gitlab.example/acme"),
            ("SCIM endpoint URL:", URL),
            ("IdP", "okta"),
            ("NameID source", ""),
            ("Access token (", "Zx81 with blanks"),
            ("Access token (", TOKEN),
            ("SCIM token (", ""),
        ],
        tmp_path,
    )
    assert code == 0, shown
    assert "no /api/scim/v2/ in the address" in shown
    assert "personal_access_tokens?name=scimtui&scopes=read_api" in shown
    assert shown.index("Access token (") < shown.index("Do not reset it") < shown.index("SCIM token (")
    assert "has a blank in it" in shown
    assert "Zx81" not in shown
    profile = Profiles.load(tmp_path / ".config/scimtui/profiles.toml").get("acme")
    assert (profile.scim_url, profile.idp, profile.read_only) == (URL, "okta", True)
    assert TOKEN in json.loads((tmp_path / "kept.json").read_text()).values()


def test_removing_asks_at_a_terminal_and_no_is_the_usual_answer(tmp_path: Path) -> None:
    no_tokens = [("Access token (", ""), ("SCIM token (", "")]
    assert at_a_terminal(["profile", "add", "acme", "--scim-url", URL], no_tokens, tmp_path)[0] == 0
    file = tmp_path / ".config/scimtui/profiles.toml"
    code, shown = at_a_terminal(["profile", "remove", "acme"], [("[y/N]", "")], tmp_path)
    assert code == 0
    assert "nothing was removed" in shown
    assert Profiles.load(file).get("acme")
    assert at_a_terminal(["profile", "remove", "acme"], [("[y/N]", "y")], tmp_path)[0] == 0
    assert Profiles.load(file).by_name == {}
