"""`scimtui simulate` as a process: what it prints, how it is started and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import trustme
from click.testing import CliRunner

from scimtui.cli.simulate import command
from scimtui.simulator import Settings, SettingsError, Switches, running
from scimtui.simulator.child import SimulatorFailed, start_child
from scimtui.simulator.people import PeopleError


def control(info: dict[str, Any], path: str) -> Any:
    answer = httpx.get(f"{info['url']}/-/simulator/{path}", trust_env=False)
    assert answer.status_code == 200
    return answer.json()


def test_a_child_tells_where_it_is_and_ends_with_its_context() -> None:
    with start_child(["--users", "30", "--seed", "4", "--group", "big.corp"]) as child:
        info = child.info
        assert {
            "url",
            "scim_url",
            "group",
            "scim_token",
            "access_token",
            "users",
            "problems",
            "planted",
            "instance_scim_url",
            "instance_scim_token",
        } <= set(info)
        assert info["users"] == 30 and info["group"] == "big.corp"
        assert info["scim_url"].endswith("/api/scim/v2/groups/big%2Ecorp")
        headers = {"Authorization": f"Bearer {info['scim_token']}"}
        listed = httpx.get(f"{info['scim_url']}/Users", headers=headers, trust_env=False)
        assert listed.json()["totalResults"] > 20
        assert child.process.poll() is None
    assert child.process.returncode == 0


def test_the_people_of_a_child_are_those_of_its_seed() -> None:
    with start_child(["--users", "40", "--seed", "4"]) as child, running(Settings(users=40, seed=4)) as here:
        assert control(child.info, "people") == here.people()
        assert child.info["problems"] == here.info["problems"]
        assert child.info["scim_token"] == here.scim_token
    with running(Settings(users=40, seed=5)) as other:
        assert other.scim_token != here.scim_token and other.access_token != here.access_token


def test_a_child_goes_when_its_parent_is_killed() -> None:
    program = (
        "import sys\n"
        "from scimtui.simulator.child import start_child\n"
        "child = start_child(['--users', '3'])\n"
        "print(child.info['url'], flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert parent.stdout is not None
        parts = urlsplit(parent.stdout.readline().decode().strip())
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as connection:
            parent.kill()
            # the connection ends when the server does, by a reset where it was not accepted yet
            try:
                ended = connection.recv(1) == b""
            except ConnectionResetError:
                ended = True
            assert ended
    finally:
        parent.kill()
        parent.communicate()


def test_each_switch_is_an_option() -> None:
    arguments = (
        "--latency-ms 3 --rate-limited application --rate-limited-times 2 --retry-after 9 --drop after-write "
        "--errors 4 --moving-pages --no-saml-provider --no-saml-enabled --no-group-saml --sso-enforced "
        "--no-licensed --flat-names --allowed-email-domains a.example --allowed-email-domains b.example "
        "--seats-exhausted --no-saas --access-token revoked --users 0 --ip-restriction-ranges 10.0.0.0/8 "
        "--default-role 10 --email-confirmation soft --group-visibility public --admin-mode "
        "--required-groups staff --auto-link-saml-user --allow-single-sign-on "
        "--no-block-auto-created-users --default-member-role-id 2 --custom-roles 30 --custom-roles 20 "
        "--ultimate --no-minimal-access --graph-groups g1 --instance-group-sync"
    )
    with start_child(arguments.split()) as child:
        assert control(child.info, "switches") == {
            "latency_ms": 3,
            "rate_limited": "application",
            "rate_limited_times": 2,
            "retry_after": 9,
            "drop": "after-write",
            "errors": 4,
            "moving_pages": True,
            "saml_provider": False,
            "saml_enabled": False,
            "group_saml": False,
            "sso_enforced": True,
            "licensed": False,
            "flat_names": True,
            "allowed_email_domains": ["a.example", "b.example"],
            "ip_restriction_ranges": ["10.0.0.0/8"],
            "default_role": 10,
            "email_confirmation": "soft",
            "group_visibility": "public",
            "admin_mode": True,
            "required_groups": ["staff"],
            "default_member_role_id": 2,
            "custom_roles": [30, 20],
            "ultimate": True,
            "minimal_access": False,
            "graph_groups": ["g1"],
            "instance_group_sync": True,
            "auto_link_saml_user": True,
            "allow_single_sign_on": True,
            "block_auto_created_users": False,
            "seats_exhausted": True,
            "saas": False,
            "access_token": "revoked",
        }
        assert set(control(child.info, "switches")) == set(Switches().as_json())
        assert child.info["problems"]["unlinked"] == 1


def test_a_file_of_people(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text(
        json.dumps([{"user_id": 8, "name": "Ünal", "username": "u", "scim_id": "a", "saml_id": "A"}])
    )
    with start_child(["--people", str(file), "--gitlab-version", "18.9"]) as child:
        assert child.info["users"] == 1
        assert child.info["problems"]["case"] == 1
        assert child.info["gitlab_version"] == "18.9"
        assert [person["name"] for person in control(child.info, "people")] == ["Ünal"]


def test_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(certificate.cert_chain_pems[0].bytes())
    key.write_bytes(certificate.private_key_pem.bytes())
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with start_child(["--users", "2", "--tls-cert", str(chain), "--tls-key", str(key)]) as child:
        assert child.info["scim_url"].startswith("https://127.0.0.1:")
        headers = {"Authorization": f"Bearer {child.info['access_token']}"}
        answer = httpx.get(f"{child.info['rest_url']}/user", headers=headers, verify=trust, trust_env=False)
        assert answer.status_code == 200


def test_a_child_that_cannot_start_says_why() -> None:
    with pytest.raises(SimulatorFailed, match="loopback only"):
        start_child(["--host", "192.0.2.1"])
    with pytest.raises(SimulatorFailed, match="No such option"):
        start_child(["--no-such-option"])


def test_a_port_in_use() -> None:
    with running(Settings(users=1)) as simulator:
        port = urlsplit(simulator.url).port
        with (
            pytest.raises(SettingsError, match=r"cannot listen on 127\.0\.0\.1 port"),
            running(Settings(port=port or 0)),
        ):
            pytest.fail("two simulators on one port")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "loopback only"),
        (["--host", "gitlab.example"], "loopback address"),
        (["--group", "a/b"], "top-level"),
        (["--group", ""], "top-level"),
        (["--tls-cert", __file__], "both a certificate and its key"),
        (["--people", "/no/such/file.json"], "No such file"),
        (["--people", __file__], "not JSON"),
        (["--gitlab-version", "17.0"], "17.0"),
        (["--users", "-1"], "-1"),
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert result.stdout == ""


@pytest.mark.parametrize("module", ["scimtui.simulator", "scimtui.cli.simulate"])
def test_a_person_at_a_terminal_reads_text_and_interrupts(module: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", module, "--users", "40"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or "control" not in lines[-1]:
        lines.append(process.stdout.readline().decode())
        assert lines[-1], lines
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=30)
    text = "".join(lines)
    assert "glsoat-" in text and "glpat-" in text and "group          acme" in text
    assert "1 case" in text and "2 one-character-apart" in text
    assert (said, complaints, process.returncode) == (b"", b"", 130)


def test_starting_does_not_import_the_heavy_libraries() -> None:
    program = (
        "import sys, scimtui.cli.simulate, scimtui.simulator.server\n"
        "print([name for name in ('textual', 'httpx', 'pydantic', 'keyring') if name in sys.modules])\n"
        "import scimtui.simulator.child\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "[]\n"


def test_the_parent_of_a_child_does_not_import_the_server() -> None:
    program = (
        "import sys, scimtui.simulator.child\n"
        "print([name for name in ('starlette', 'uvicorn', 'sqlite3', 'click') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "[]\n"


def test_a_file_of_people_that_cannot_be(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text("[5]")
    with pytest.raises(PeopleError, match="person 1 is not an object"), running(Settings(people_file=file)):
        pytest.fail("it started")


def test_a_child_gets_no_token_that_a_variable_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SCIMTUI_SCIM_TOKEN", "ACME_ACCESS", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, "glpat-" + "Inv3ntedInv3nted")
    with start_child(["--users", "3"]) as child:
        given = Path(f"/proc/{child.process.pid}/environ")
        if not given.exists():
            pytest.skip("this system does not tell what a process was given")
        assert b"PATH=" in given.read_bytes() and b"Inv3nted" not in given.read_bytes()
