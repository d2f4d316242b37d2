"""Reading the profiles file: what is wrong is named by file, line and key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scimtui.profiles import Profile, ProfileError, Profiles, UnknownProfileError, UnsafePathError

URL = 'scim_url = "https://gitlab.example/gitlab/api/scim/v2/groups/acme"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "profiles.toml"


def error_of(text: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        Profiles.parse(text, Path("profiles.toml"))
    return caught.value


def test_every_field_is_read(file: Path, untouched_machine: Path) -> None:
    file.write_text(
        "# mine\n"
        'default = "acme"\n'
        "[profiles.acme]\n" + URL + 'rest_url = "https://api.example/api/v4"\n'
        'idp = "entra"\n'
        'nameid_source = "user.mail"\n'
        "read_only = false\n"
        "snapshot = false\n"
        'ca_file = "~/ca.pem"\n'
        "allow_http = true\n"
        'scim_token_env = "ACME_SCIM"\n'
        'access_token_env = "ACME_ACCESS"\n'
        'scim_token_command = ["pass", "show", "scim"]\n'
        'access_token_command = ["op", "read", "x"]\n',
        encoding="utf-8",
    )
    profiles = Profiles.load(file)
    assert profiles.default_profile == Profile(
        name="acme",
        scim_url="https://gitlab.example/gitlab/api/scim/v2/groups/acme",
        rest_url="https://api.example/api/v4",
        idp="entra",
        nameid_source="user.mail",
        read_only=False,
        snapshot=False,
        ca_file=str(untouched_machine / "ca.pem"),
        allow_http=True,
        scim_token_env="ACME_SCIM",
        access_token_env="ACME_ACCESS",
        scim_token_command=("pass", "show", "scim"),
        access_token_command=("op", "read", "x"),
    )


def test_a_pasted_address_fills_host_group_and_kind_and_a_new_profile_is_read_only() -> None:
    profile = Profiles.parse("[profiles.acme]\n" + URL, Path("p")).get("acme")
    assert profile.address.host == "gitlab.example"
    assert profile.address.rest_url == "https://gitlab.example/gitlab/api/v4"
    assert profile.address.group == "acme"
    assert profile.read_only
    assert profile.snapshot


def test_no_file_is_no_profiles(file: Path) -> None:
    assert Profiles.load(file).by_name == {}
    assert Profiles.load(file).default_profile is None
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("[profiles.a]\n" + URL + "read_onyl = true\n", 3, "profiles.a.read_onyl", "did you mean read_only?"),
        ("\n[profiles.a]\n" + URL + 'read_only = "yes"\n', 4, "profiles.a.read_only", "true or false"),
        ("[profiles.a]\n" + URL + "idp = 3\n", 3, "profiles.a.idp", "a number, where text"),
        ("[profiles.a]\n" + URL + 'idp = "azure"\n', 3, "profiles.a.idp", "entra, okta, other"),
        (
            '[profiles.a]\nscim_url = "https://gitlab.example/acme"\n',
            2,
            "profiles.a.scim_url",
            "/api/scim/v2/",
        ),
        (
            "[profiles.a]\n" + URL + 'rest_url = "https://gitlab.example/v4"\n',
            3,
            "profiles.a.rest_url",
            "/api/v4",
        ),
        ("[profiles.a]\nread_only = true\n", 1, "profiles.a.scim_url", "missing"),
        ("[profiles.a]\n" + URL + 'ca_file = "ca.pem"\n', 3, "profiles.a.ca_file", "starts with /"),
        ("[profiles.a]\n" + URL + 'scim_token_env = "$T"\n', 3, "profiles.a.scim_token_env", "without $"),
        (
            "[profiles.a]\n" + URL + 'scim_token_command = "pass show"\n',
            3,
            "profiles.a.scim_token_command",
            "list of arguments",
        ),
        (
            "[profiles.a]\n" + URL + 'scim_token_command = [\n  "pass",\n  3,\n]\nread_only = true\n',
            3,
            "profiles.a.scim_token_command",
            "list of arguments",
        ),
        ('[profiles]\na.scim_url = "x"\n', 2, "profiles.a.scim_url", "https://"),
        ("[profiles]\na = 3\n", 2, "profiles.a", "not a table"),
        ("profiles = 3\n", 1, "profiles", "[profiles.NAME]"),
        ('# x\ndefault = "acmee"\n[profiles.acme]\n' + URL, 2, "default", "did you mean acme?"),
        ('defualt = "a"\n', 1, "defualt", "did you mean default?"),
        ("[profiles.a]\n" + URL + "[profiles.a]\n", 3, "profiles.a", "written twice"),
        ("[profiles.a]\n" + URL + URL, 3, "scim_url", "written twice"),
        ("[profiles.environment]\n" + URL, 1, "profiles.environment", "choose another name"),
        ('[profiles."-x"]\n' + URL, 1, "profiles.-x", "no - in front"),
        ("[profiles.a]\n" + URL.replace("https", "http"), 2, "profiles.a.scim_url", "plain http"),
    ],
)
def test_an_error_names_line_and_key(text: str, line: int, key: str, words: str) -> None:
    error = error_of(text)
    assert (error.line, error.key) == (line, key)
    assert words in error.message
    assert str(error).startswith(f"profiles.toml, line {line}: {key}: ")


def test_broken_toml_names_line_and_column() -> None:
    error = error_of('[profiles.a]\nscim_url = "x\n')
    assert error.line == 2
    assert "column 14" in error.message


@pytest.mark.parametrize(
    "line",
    [
        'scim_token = "glsoat-abcdefghij0123456789"',
        'access_token = "0123456789"',
        'scim_token_command = ["echo", "glpat-abcdefghij0123456789"]',
        'nameid_source = "corp-glsoat-abcdefghij0123456789"',
        'access_token_env = "glpat-abcdefghij0123456789"',
    ],
)
def test_a_token_in_the_file_is_refused_and_not_shown(line: str) -> None:
    error = error_of("[profiles.a]\n" + URL + line + "\n")
    assert error.line == 3
    assert "never kept in this file" in error.message
    assert "0123456789" not in str(error)


@pytest.mark.parametrize("variable", ["SCIMTUI_SCIM_TOKEN", "SCIMTUI_ACCESS_TOKEN"])
def test_a_saved_profile_can_not_name_the_general_variables(variable: str) -> None:
    error = error_of("[profiles.a]\n" + URL + f'access_token_env = "{variable}"\n')
    assert "environment profile alone" in error.message


@pytest.mark.parametrize(
    ("url", "allow"),
    [("http://127.0.0.1:8080", False), ("http://localhost", False), ("http://gitlab.example", True)],
)
def test_plain_http_where_it_is_meant(url: str, allow: bool) -> None:
    text = f'[profiles.a]\nscim_url = "{url}/api/scim/v2/groups/a"\nallow_http = {str(allow).lower()}\n'
    assert Profiles.parse(text, Path("p")).get("a").allow_http is allow


def test_not_utf8_names_the_line(file: Path) -> None:
    file.write_bytes(b"# a\n# \xff\n")
    with pytest.raises(ProfileError, match="line 2: not UTF-8"):
        Profiles.load(file)


def test_a_windows_editor_is_no_trouble(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf[profiles.a]\r\n" + URL.replace("\n", "\r\n").encode())
    assert Profiles.load(file).get("a").name == "a"


def test_an_unknown_name_names_the_nearest() -> None:
    profiles = Profiles.parse("[profiles.acme]\n" + URL, Path("p"))
    with pytest.raises(UnknownProfileError, match=r"did you mean acme\?"):
        profiles.get("acne")
    with pytest.raises(UnknownProfileError, match="saved are: acme"):
        profiles.get("zzz")


def test_several_without_a_default_is_a_question() -> None:
    profiles = Profiles.parse("[profiles.a]\n" + URL + "[profiles.b]\n" + URL, Path("p"))
    with pytest.raises(ProfileError, match="a, b"):
        _ = profiles.default_profile


def test_a_mode_open_to_others_is_tightened(file: Path) -> None:
    file.write_text("[profiles.a]\n" + URL)
    file.chmod(0o644)
    Profiles.load(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_everybody_writes_is_refused(file: Path) -> None:
    file.write_text("[profiles.a]\n" + URL)
    file.chmod(0o666)
    with pytest.raises(UnsafePathError, match="everybody may write"):
        Profiles.load(file)


def test_a_link_is_not_followed(file: Path, tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("[profiles.a]\n" + URL)
    file.symlink_to(tmp_path / "real.toml")
    with pytest.raises(UnsafePathError, match="a symbolic link, not followed"):
        Profiles.load(file)


def test_a_pipe_in_its_place_does_not_hang(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(UnsafePathError, match="not a plain file"):
        Profiles.load(file)


def test_a_huge_file_is_not_read(file: Path) -> None:
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(UnsafePathError, match="larger than"):
        Profiles.load(file)
