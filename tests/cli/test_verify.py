"""`scimtui verify`, run as a person does."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scimtui.cli.pasting import _edited
from scimtui.simulator import RunningSimulator, Settings, running
from tests.saml.samples import GUID, assertion, name_id, posted, response, sending, short, tracer
from tests.saml.test_signature import Signer

ADA = {
    "user_id": 7, "name": "Ada", "username": "ada", "email": "ada@acme.example",
    "scim_id": "u7", "saml_id": "u7",
}  # fmt: skip
OWNER = {"user_id": 1, "name": "Olga", "username": "olga", "email": "olga@acme.example", "access_level": 50}


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running(Settings(users=0)) as started:
        started.put_people([OWNER, ADA])
        yield started


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SCIMTUI_")}
    folders = {"HOME": tmp_path, "XDG_CONFIG_HOME": tmp_path / "c", "XDG_STATE_HOME": tmp_path / "s"}
    return kept | {key: str(folder) for key, folder in folders.items()}


def verify(env: dict[str, str], *arguments: str, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scimtui", "verify", *arguments],
        input=given if isinstance(given, str) else given.decode("latin-1"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=env,
    )


def connected(home: dict[str, str], simulator: RunningSimulator) -> dict[str, str]:
    return home | {
        "SCIMTUI_SCIM_URL": simulator.scim_url,
        "SCIMTUI_SCIM_TOKEN": simulator.scim_token,
        "SCIMTUI_ACCESS_TOKEN": simulator.access_token,
    }


def test_without_a_profile_the_capture_is_read_all_the_same(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "trace.json"
    file.write_text(tracer({"saml": response()}))
    done = verify(home, str(file))
    assert done.returncode == 0 and GUID in done.stdout and "SAML-tracer export" in done.stdout
    assert "no profile" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trace.json"]


def test_json_is_one_document(home: dict[str, str]) -> None:
    done = verify(home, "-", "--json", given=posted(response(assertion(""), status="Responder")))
    document = json.loads(done.stdout)
    assert done.returncode == 1 and document["comparison"] is None and document["container"] == "base64"
    (read,) = document["responses"]
    assert (read["name_id"], read["signature"]) == (None, "not-checked")
    assert [finding["code"] for finding in read["findings"]][:2] == ["status-not-success", "no-name-id"]


def test_compared_with_the_people(home: dict[str, str], simulator: RunningSimulator) -> None:
    env = connected(home, simulator)
    works = verify(env, "-", given="u7\n")
    assert works.returncode == 0 and "This sign-in works" in works.stdout and "Ada · @ada" in works.stdout
    here = response(assertion(name_id("U7"), email="ada@acme.example"))
    sent = posted(here.replace("https://gitlab.com", simulator.url))
    fails = verify(env, "-", "--json", given=sent)
    comparison = json.loads(fails.stdout)["comparison"]
    assert fails.returncode == 1 and comparison["outcome"] == "fails"
    assert comparison["message"].startswith("There is already a GitLab account")
    assert comparison["user"]["username"] == "ada"
    assert comparison["steps"][0]["code"] == "link-again"
    offline = verify(env, "-", "--offline", "--user", "olga", given="u7")
    assert offline.returncode == 1 and "opens somebody else's account" in offline.stdout


@pytest.mark.parametrize(
    ("sent", "outcome", "reason"),
    ids=short,
    argvalues=[
        (
            response(assertion(name_id("u7")), status="Responder"),
            "fails",
            "The status code of the response was not success, was responder",
        ),
        (
            response(assertion(name_id("u7"), signed=False)),
            "fails",
            "Found an unexpected number of signature element. saml response rejected",
        ),
        (
            response(assertion(name_id("u7")), assertion(identifier="_2")),
            "fails",
            "Saml response must contain 1 assertion",
        ),
        (response("<saml:EncryptedAssertion/>").replace("https://gitlab.com", "{url}"), "unknown", None),
    ],
)
def test_what_is_wrong_with_the_response_comes_first(
    home: dict[str, str], simulator: RunningSimulator, sent: str, outcome: str, reason: str | None
) -> None:
    sent = posted(sent.replace("{url}", simulator.url))
    done = verify(connected(home, simulator), "-", "--json", given=sent)
    comparison = json.loads(done.stdout)["comparison"]
    banner = f'Unable to sign in to group with SAML: "{reason}"' if reason else None
    assert (comparison["outcome"], comparison["message"], done.returncode) == (outcome, banner, 1)


def here(simulator: RunningSimulator, xml: str) -> str:
    return xml.replace("https://gitlab.com", simulator.url)


@pytest.mark.parametrize(
    "xml",
    ids=short,
    argvalues=[
        response(assertion(name_id("u7"))),
        response(assertion(name_id("u7"), signed=False)),
        response(assertion(name_id("u7", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"))),
        response(assertion(name_id(" u7"))),
        response("<saml:EncryptedAssertion/>"),
        response(assertion(name_id("u7")).replace("cm:bearer", "cm:x")),
        response(assertion(name_id("u7")), "<saml:EncryptedAssertion/>"),
        response(assertion(name_id("u7")), status="Requester"),
    ],
)
def test_the_exit_code_is_never_better_with_a_profile(
    home: dict[str, str], simulator: RunningSimulator, xml: str
) -> None:
    sent = here(simulator, xml)
    alone = verify(home, "-", given=sent).returncode
    compared = verify(connected(home, simulator), "-", given=sent).returncode
    assert compared >= alone and alone in (0, 1)


def test_the_sign_in_of_this_group_is_the_one_compared(
    home: dict[str, str], simulator: RunningSimulator
) -> None:
    upstream = response(assertion(name_id("up")), identifier="_u", issued="2026-11-24T09:59:00Z")
    trace = tracer(
        {"url": "https://login.example/acs", "saml": upstream.replace("gitlab.com", "login.example")},
        {
            "url": f"{simulator.url}/groups/acme/-/saml/callback",
            "saml": here(simulator, response(assertion(name_id("u7")))),
        },
        {
            "url": "https://login.example/acs",
            "saml": upstream.replace("gitlab.com", "login.example").replace(">up<", ">down<"),
        },
    )
    done = verify(connected(home, simulator), "-", "--json", given=trace)
    document = json.loads(done.stdout)
    assert (done.returncode, document["comparison"]["outcome"]) == (0, "signs-in")
    assert [one["name_id"]["value"] for one in document["responses"]] == ["u7", "down", "up"]


def test_what_is_typed_in_place_of_a_file_is_a_name_id(
    home: dict[str, str], simulator: RunningSimulator
) -> None:
    done = verify(connected(home, simulator), "u7")
    assert (
        done.returncode == 0 and "This sign-in works" in done.stdout and "no file of that name" in done.stderr
    )
    assert GUID in verify(home, posted(response())).stdout
    for missing in ("trace.json", "/nowhere", "./none", "None.XML"):
        assert verify(home, missing).returncode == 2
    token = "glpat-" + "a" * 20
    refused = verify(home, token)
    assert refused.returncode == 2 and token not in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    ("arguments", "given", "code", "exit_code"),
    ids=short,
    argvalues=[
        (["/nowhere.json"], "", "not-done", 2),
        (["-"], "", "empty", 2),
        (["-"], 'Parameters: {"SAMLResponse"=>"[FILTERED]"}', "filtered", 2),
        (["-"], posted(response())[:801], "cut-off", 2),
        (["-", "--user", "ada"], "u7", "not-done", 2),
        (["-", "--fingerprint", "x"], response(), "no-certificate", 2),
    ],
)
def test_a_refusal_is_one_document_too(
    home: dict[str, str], arguments: list[str], given: str, code: str, exit_code: int
) -> None:
    done = verify(home, *arguments, "--json", given=given)
    document = json.loads(done.stdout)
    assert done.returncode == exit_code and document["comparison"] is None
    assert [finding["code"] for finding in document["findings"]] == [code]
    assert all(finding["title"] and finding["fix"] for finding in document["findings"])


def test_what_the_response_shows_is_told_though_gitlab_is_not_reached(home: dict[str, str]) -> None:
    env = home | {
        "SCIMTUI_SCIM_URL": "http://127.0.0.1:9/api/scim/v2/groups/acme",
        "SCIMTUI_ACCESS_TOKEN": "x",
    }
    for form in ([], ["--json"]):
        done = verify(env, "-", *form, given=response(assertion(signed=False)))
        assert done.returncode == 3 and "carries no signature" in done.stdout
    assert json.loads(done.stdout)["findings"][-1]["code"] == "connection-refused"


def test_a_cut_line_of_a_log_is_told(home: dict[str, str]) -> None:
    whole = json.dumps({"saml_response": {"name_id": "a"}})
    done = verify(home, "-", "--json", given=f"x.log:{whole}\nx.log:{whole[:25]}\n--\n")
    document = json.loads(done.stdout)
    assert [one["name_id"]["value"] for one in document["responses"]] == ["a"]
    assert [finding["code"] for finding in document["findings"]] == ["cut-line"]
    assert "line 2 is cut off" in verify(home, "-", given=f"{whole}\n{whole[:25]}").stderr


def test_a_file_in_another_encoding_is_read(home: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "response.xml"
    xml = response(assertion(name_id("Zoë")))
    latin = f'<?xml version="1.0" encoding="ISO-8859-1"?>{xml}'.encode("latin-1")
    wide = f'<?xml version="1.0" encoding="UTF-16"?>{xml}'.encode("utf-16")
    for data in (latin, wide):
        file.write_bytes(data)
        assert "Zoë" in verify(home, str(file)).stdout


def test_no_password_is_printed(home: dict[str, str]) -> None:
    xml = response(sending(userPassword=["hunter2"], email=["n@x.example"]))
    for form in ([], ["--json"]):
        done = verify(home, "-", *form, given=xml)
        assert "hunter2" not in done.stdout + done.stderr and "A password" in done.stdout


def test_nothing_that_a_terminal_obeys_is_printed(home: dict[str, str]) -> None:
    line = {"saml_response": {"name_id": "x\x1b[2J\u009b1m", "attributes": {"\x1b]0;evil\x07": ["\u202ev"]}}}
    for form in ([], ["--json"]):
        done = verify(home, "-", *form, given=json.dumps(line))
        assert not {"\x1b", "\x07", "\u009b", "\u202e"} & set(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        (b"u8\x7f7", b"u7"),
        ("uß\x7f7".encode(), b"u7"),
        (b"wrong\x15u7", b"u7"),
        (b"a\n\x7fb", b"a\nb"),
        (b"u7", b"u7"),
    ],
)
def test_keys_that_take_back_work_at_the_prompt(typed: bytes, left: bytes) -> None:
    assert _edited(typed) == left


@pytest.mark.parametrize(
    ("arguments", "given", "code", "words"),
    [
        (["/nowhere.json"], "", 2, "No such file"),
        (["-"], "", 2, "there is nothing in it"),
        (["-"], "<a", 2, "no well-formed XML"),
        (["-"], tracer({"post": [["SAMLResponse", "{hash:a}"]]}), 2, "masked"),
        (["-", "--user", "ada"], "u7", 2, "--user needs a profile"),
        ([], "", 2, "FILE|NAMEID|-"),
    ],
)
def test_what_can_not_be_read(
    home: dict[str, str], arguments: list[str], given: str, code: int, words: str
) -> None:
    done = verify(home, *arguments, given=given)
    assert done.returncode == code and words in done.stderr and "Traceback" not in done.stderr


def test_who_is_meant_has_to_be_one_person(home: dict[str, str], simulator: RunningSimulator) -> None:
    env = connected(home, simulator)
    nobody = verify(env, "-", "--user", "nobody", given="u7")
    assert nobody.returncode == 1 and "nobody has exactly" in nobody.stderr


def test_a_long_line_pasted_at_a_prompt_is_not_cut(home: dict[str, str]) -> None:
    long = posted(response(before=f"<!--{'x' * 9000}-->"))
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "scimtui", "verify", "-"],
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=home,
    )
    while termios.tcgetattr(slave)[3] & termios.ICANON:
        assert process.poll() is None  # it has not ended before it reads
        time.sleep(0.01)
    os.close(slave)
    pasted = (long + "\n").encode()
    while pasted:
        pasted = pasted[os.write(master, pasted[:2048]) :]
        os.set_blocking(master, False)
        with suppress(BlockingIOError):
            os.read(master, 65536)  # what the terminal echoes must go somewhere
        os.set_blocking(master, True)
    os.write(master, b"\x04")
    out, _ = process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 0 and GUID in out.decode()


def test_a_signature_is_checked_only_against_what_is_given(home: dict[str, str], tmp_path: Path) -> None:
    signer = Signer()
    file, certificate = tmp_path / "response.xml", tmp_path / "idp.pem"
    file.write_text(signer.sign(response()))
    certificate.write_text(signer.pem)
    plain = json.loads(verify(home, str(file), "--json").stdout)["responses"][0]
    assert plain["signature"] == "not-checked"
    done = verify(home, str(file), "--certificate", str(certificate), "--json")
    (read,) = json.loads(done.stdout)["responses"]
    assert read["signature"] == "valid" and "signature-valid" in {one["code"] for one in read["findings"]}
    other = verify(home, str(file), "--fingerprint", "ab" * 32)
    assert other.returncode == 1 and "signed with another certificate" in other.stdout
    assert verify(home, str(file), "--fingerprint", "nonsense").returncode == 2
    both = verify(home, str(file), "--fingerprint", "ab" * 32, "--certificate", str(certificate))
    assert both.returncode == 2
