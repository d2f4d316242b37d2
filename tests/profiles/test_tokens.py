"""Where tokens come from: the order, what a failure says, and that none is ever shown."""

from __future__ import annotations

import os
import signal
import subprocess
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scimtui.gitlab.secret import Secret
from scimtui.profiles import (
    ENVIRONMENT,
    Keystore,
    KeystoreError,
    Profile,
    TokenError,
    TokenKind,
    Tokens,
    access_token_page,
    find_tokens,
    token_source,
)

HOST = "https://gitlab.example/api/scim/v2/groups/acme"
ACME = Profile(
    name="acme",
    scim_url=HOST,
    access_token_env="ACME_ACCESS",
    access_token_command=("printf", "from-command"),
)
BARE = Profile(name="acme", scim_url=HOST)
TOKEN = "glpat-Zx81secretsecret00"


def ask_for(**answers: str) -> tuple[list[str], Callable[[TokenKind, Profile], Secret | None]]:
    asked: list[str] = []

    def ask(kind: TokenKind, profile: Profile) -> Secret | None:
        asked.append(kind.value)
        return Secret(answers[kind.value]) if kind.value in answers else None

    return asked, ask


def below_this_test(error: Exception) -> str:
    """The traceback with all locals, as a crash report shows it, less the test's own frame."""
    assert error.__traceback__ is not None
    report = traceback.TracebackException(
        type(error), error, error.__traceback__.tb_next, capture_locals=True
    )
    return "".join(report.format())


def access_of(tokens: Tokens) -> tuple[str, str]:
    assert tokens.access is not None
    return tokens.access.secret.reveal(), tokens.access.source


def test_the_order_is_variable_command_keyring_person() -> None:
    Keystore().put(ACME, TokenKind.ACCESS, Secret("from-keyring"))
    asked, ask = ask_for(access="typed")
    environ = {"ACME_ACCESS": "from-variable"}
    variable = find_tokens(ACME, environ, ask=ask)
    assert access_of(variable) == ("from-variable", "environment variable ACME_ACCESS")
    assert access_of(find_tokens(ACME, {}, ask=ask)) == ("from-command", "command")
    kept = replace(ACME, access_token_command=())
    assert access_of(find_tokens(kept, {"ACME_ACCESS": ""}, ask=ask)) == ("from-keyring", "keyring")
    assert asked == []
    Keystore().forget("acme")
    assert access_of(find_tokens(kept, {}, ask=ask)) == ("typed", "typed, for this run")
    assert asked == ["access"]
    assert Keystore().entries() == ()


def test_both_tokens_are_found_each_in_its_place() -> None:
    profile = replace(BARE, scim_token_env="A", access_token_env="B")
    tokens = find_tokens(profile, {"A": "scim", "B": "access"}).require()
    assert access_of(tokens)[0] == "access"
    assert tokens.scim is not None
    assert tokens.scim.secret.reveal() == "scim"


def test_the_access_token_is_asked_for_first_and_one_is_enough() -> None:
    asked, ask = ask_for(scim="typed")
    tokens = find_tokens(BARE, {}, ask=ask)
    assert asked == ["access", "scim"]
    assert tokens.access is None
    assert tokens.scim is not None
    asked, ask = ask_for(access="typed")
    find_tokens(replace(BARE, scim_token_env="A"), {"A": "scim"}, ask=ask)
    assert asked == []


def test_the_general_variables_serve_the_environment_profile_alone() -> None:
    general = {"SCIMTUI_SCIM_TOKEN": "scim", "SCIMTUI_ACCESS_TOKEN": "access"}
    forged = replace(BARE, scim_token_env="SCIMTUI_SCIM_TOKEN", access_token_env="SCIMTUI_ACCESS_TOKEN")
    for saved in (BARE, forged):
        found = find_tokens(saved, general)
        assert (found.access, found.scim) == (None, None)
    found = find_tokens(replace(forged, name=ENVIRONMENT), general)
    assert access_of(found) == ("access", "environment variable SCIMTUI_ACCESS_TOKEN")


def test_the_environment_profile_looks_into_no_key_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked(*_: object) -> None:
        pytest.fail("looked into the key store")

    monkeypatch.setattr(Keystore, "get", looked)
    profile = replace(BARE, name=ENVIRONMENT, access_token_env="SCIMTUI_ACCESS_TOKEN")
    with pytest.raises(TokenError, match="No token was found"):
        find_tokens(profile, {}).require()


@pytest.mark.parametrize("moved", [HOST.replace("gitlab", "evil"), HOST + "2", HOST.replace("https", "http")])
def test_a_profile_pointed_elsewhere_by_hand_finds_no_old_token(moved: str) -> None:
    for kind in TokenKind:
        Keystore().put(BARE, kind, Secret(TOKEN.replace("glpat", "x")))
    elsewhere = find_tokens(replace(BARE, scim_url=moved, allow_http=True), {})
    assert (elsewhere.access, elsewhere.scim) == (None, None)
    assert find_tokens(BARE, {}).access is not None


def test_a_rest_address_pointed_elsewhere_finds_no_old_access_token() -> None:
    Keystore().put(BARE, TokenKind.ACCESS, Secret(TOKEN))
    assert find_tokens(replace(BARE, rest_url="https://evil.example/api/v4"), {}).access is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Zx81 secret", "a blank"),
        ("\u00a0Zx81secret", "a blank"),
        ("Zx81secret\x1b[2J", "a character in it that no token has"),
        ("Zx81sécret", "a character in it that no token has"),
        ("Zx81secret\nmore", "several lines"),
        ("Zx81secret" * 1000, "too long"),
        ("glsoat-Zx81secret", "is a SCIM token"),
        ("corp-glsoat-Zx81secret", "is a SCIM token"),
    ],
    ids=range(8),
)
def test_what_can_not_be_a_token_is_refused_and_not_shown(value: str, words: str) -> None:
    tokens = find_tokens(replace(ACME, access_token_command=()), {"ACME_ACCESS": value})
    with pytest.raises(TokenError) as caught:
        tokens.require()
    assert caught.value.code == "token-shape"
    assert "environment variable ACME_ACCESS" in str(caught.value)
    assert words in str(caught.value)
    assert "Zx81" not in below_this_test(caught.value) + repr(tokens)


def test_an_access_token_in_place_of_the_scim_token_is_refused() -> None:
    tokens = find_tokens(replace(BARE, scim_token_env="A"), {"A": TOKEN})
    assert tokens.scim is None
    assert "is an access token" in str(tokens.problems[0])


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_one_line_end_is_dropped(end: str) -> None:
    assert access_of(find_tokens(ACME, {"ACME_ACCESS": TOKEN + end}))[0] == TOKEN


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("exit 3", "command-failed", "exit code 3"),
        ("kill -9 $$", "command-failed", "signal 9"),
        ("true", "token-shape", "is empty"),
        ("echo a; echo b", "token-shape", "several lines"),
        ("echo a b", "token-shape", "a blank"),
        (r"printf '\303\251'", "token-shape", "no token has"),
    ],
)
def test_a_command_that_fails_says_how(script: str, code: str, words: str) -> None:
    Keystore().put(ACME, TokenKind.ACCESS, Secret("stale"))
    tokens = find_tokens(replace(ACME, access_token_command=("sh", "-c", script)), {})
    assert tokens.access is None
    with pytest.raises(TokenError, match=words) as caught:
        tokens.require()
    assert caught.value.code == code


def test_a_command_prints_for_us_alone(capfd: pytest.CaptureFixture[str]) -> None:
    command = ("sh", "-c", f"echo 'touch the key' >&2; echo {TOKEN}")
    assert access_of(find_tokens(replace(ACME, access_token_command=command), {})) == (TOKEN, "command")
    shown = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "touch the key\n")


def test_no_shell_reads_the_arguments() -> None:
    profile = replace(ACME, access_token_command=("printf", "%s", "$HOME;echo"))
    assert access_of(find_tokens(profile, {}))[0] == "$HOME;echo"


def test_a_command_that_is_not_there_or_not_a_program(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    for program, code in (("no-such-program-here", "not-found"), (str(tmp_path / "plain"), "not-runnable")):
        tokens = find_tokens(replace(ACME, access_token_command=(program, TOKEN)), {})
        assert tokens.problems[0].code == f"command-{code}"
        assert program in str(tokens.problems[0])
        assert TOKEN not in str(tokens.problems[0])


@pytest.mark.parametrize("script", ["exec sleep 600", "exec >&-; exec sleep 600"])
def test_a_command_that_does_not_end_is_ended(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, arguments: list[str], *, stdout: int, bufsize: int, env: dict[str, str]) -> None:
            super().__init__(arguments, stdout=stdout, bufsize=bufsize, env=env)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    profile = replace(ACME, access_token_command=("sh", "-c", script))
    tokens = find_tokens(profile, {}, command_seconds=0.2)
    assert tokens.problems[0].code == "command-timed-out"
    assert [process.returncode for process in started] == [-signal.SIGKILL]


def test_a_command_that_prints_without_end_is_ended() -> None:
    tokens = find_tokens(replace(ACME, access_token_command=("yes",)), {}, command_seconds=600)
    assert tokens.access is None
    assert tokens.problems[0].code in ("command-failed", "token-shape")


def test_a_failed_source_leaves_the_other_token_usable() -> None:
    profile = replace(ACME, access_token_command=("false",), scim_token_env="A")
    tokens = find_tokens(profile, {"A": "scim"}).require()
    assert tokens.scim is not None
    assert [problem.code for problem in tokens.problems] == ["command-failed"]


def test_a_locked_key_store_is_told_once_and_a_person_can_type() -> None:
    class Locked(Keystore):
        def get(self, profile: Profile, kind: TokenKind) -> Secret | None:
            raise KeystoreError("locked", "The key store is locked", "Unlock it")

    tokens = find_tokens(BARE, {}, keystore=Locked())
    assert [problem.code for problem in tokens.problems] == ["keyring-locked"]
    _, ask = ask_for(access="typed")
    assert access_of(find_tokens(BARE, {}, keystore=Locked(), ask=ask).require())[0] == "typed"


@pytest.mark.parametrize(
    ("profile", "environ", "source", "name", "ready"),
    [
        (ACME, {"ACME_ACCESS": "x"}, "environment-variable", "ACME_ACCESS", True),
        (ACME, {}, "command", "printf", None),
        (replace(ACME, access_token_command=()), {}, "environment-variable", "ACME_ACCESS", False),
        (BARE, {}, "keyring", "", None),
    ],
)
def test_a_source_is_told_without_fetching(
    profile: Profile, environ: dict[str, str], source: str, name: str, ready: bool | None
) -> None:
    told = token_source(profile, TokenKind.ACCESS, environ)
    assert (told.source, told.name, told.ready) == (source, name, ready)


def test_gitlabs_page_for_a_token_is_prefilled() -> None:
    profile = replace(BARE, scim_url="https://gitlab.example/root/api/scim/v2/groups/acme")
    assert access_token_page(profile.address) == (
        "https://gitlab.example/root/-/user_settings/personal_access_tokens?name=scimtui&scopes=read_api"
    )


def test_a_variable_that_is_not_set_is_named_not_the_missing_key_store() -> None:
    profile = replace(BARE, access_token_env="AT")
    tokens = find_tokens(profile, {}, keystore=Keystore())
    assert [problem.code for problem in tokens.problems][:1] == ["variable-unset"]
    assert "AT is not set" in str(tokens.problems[0])


def test_a_command_gets_no_other_token(tmp_path: Path) -> None:
    """Whoever wrote the program that prints one token is not to have the others."""
    script = f"env > {tmp_path}/seen; echo {TOKEN}"
    profile = replace(ACME, scim_token_env="ACME_SCIM", access_token_command=("sh", "-c", script))
    other = "glpat-" + "Inv3ntedInv3nted"
    environ = os.environ | {
        "SCIMTUI_SCIM_TOKEN": "first",
        "SCIMTUI_ACCESS_TOKEN": "second",
        "ACME_SCIM": "third",
        "OTHERS": other,
        "VAULT_ADDR": "kept",
    }
    assert access_of(find_tokens(profile, environ)) == (TOKEN, "command")
    seen = (tmp_path / "seen").read_text()
    assert "VAULT_ADDR=kept" in seen
    for name in ("SCIMTUI_", "ACME_SCIM", "OTHERS", other):
        assert name not in seen
