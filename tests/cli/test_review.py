"""`scimtui review`: no profile, no token, no network; with a profile, the people last read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scimtui.cli import main_command
from scimtui.cli.failures import Failure
from scimtui.profiles import Profile, paths, save_profile
from tests.directory.people_samples import SAMPLE, snapshot
from tests.mappings.samples import GOOD_ROWS, graph_user, graph_users, okta_app, okta_saml_app, schema
from tests.saml.samples import assertion, name_id, response

STOCK = GOOD_ROWS | {"externalId": ("[mailNickname]", 0), "userName": ("[userPrincipalName]", 1)}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main_command, ("review", *arguments), standalone_mode=False)


def written(folder: Path, name: str, document: Any) -> str:
    file = folder / name
    file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return str(file)


def test_a_mapping_that_is_right(tmp_path: Path) -> None:
    result = run(
        written(tmp_path, "good.json", schema()), "--nameid", "user.objectid", "--nameid-format", "persistent"
    )
    assert result.return_value == 0
    assert (
        "Mapping review · Entra ID · good.json · compared with GitLab 16.x to 19.x · 1 note" in result.stdout
    )
    assert "Not checked  " in result.stdout and "✓ objectId" in result.stdout


def test_a_mapping_that_is_wrong_ends_with_1(tmp_path: Path) -> None:
    result = run(written(tmp_path, "stock.json", schema(STOCK)), "--nameid", "user.objectid")
    assert result.return_value == 1
    for words in ("Can people sign in", "× ID-04  externalId is fed by an alias", "× MA-02", "i UN-02"):
        assert words in result.stdout, words


def test_with_a_user_export(tmp_path: Path) -> None:
    file = written(tmp_path, "stock.json", schema(STOCK))
    users = written(tmp_path, "users.json", graph_users(graph_user(1), graph_user(2)))
    result = run(file, "--nameid", "user.objectid", "--users", users, "--sample", "person2@acme.example")
    assert "Of the export 0 could sign in, 2 could not, 0 are not known" in result.stdout
    assert "Sample user  person2@acme.example" in result.stdout and "× could not sign in" in result.stdout


def test_json_csv_and_markdown(tmp_path: Path) -> None:
    file = written(tmp_path, "stock.json", schema(STOCK))
    document = json.loads(run(file, "--json").stdout)
    assert document["idp"] == "entra" and document["kind"] == "entra-schema" and document["sample"] is None
    assert run(file, "--csv").stdout.startswith("source,target,matching,flow")
    assert run(file, "--markdown").stdout.startswith("# Attribute mapping review")


def test_without_a_file_gitlabs_own_table_is_reviewed() -> None:
    result = run()
    assert result.return_value == 0 and "Mapping review · Entra ID" in result.stdout


def test_a_captured_sign_in_tells_the_name_id(tmp_path: Path) -> None:
    uid = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"
    users = written(tmp_path, "users.json", graph_users(graph_user(1, id=uid)))
    capture = written(tmp_path, "capture.xml", response(assertion(name_id(uid.upper()))))
    file = written(tmp_path, "good.json", schema())
    result = run(file, "--users", users, "--capture", capture)
    assert "ID-03" in result.stdout and "capitals differ" in result.stdout and "ID-12" in result.stdout


def test_a_second_file_is_an_earlier_export_or_oktas_saml_app(tmp_path: Path) -> None:
    now, before = written(tmp_path, "now.json", schema(STOCK)), written(tmp_path, "before.json", schema())
    assert "externalId: source objectId → mailNickname" in run(now, before).stdout
    scim = written(tmp_path, "scim.json", okta_app())
    saml = written(tmp_path, "saml.json", okta_saml_app(template="${source.login}"))
    result = run(scim, saml)
    assert result.return_value == 1 and "OK-03" in result.stdout


def test_the_people_of_the_profile_are_compared(tmp_path: Path) -> None:
    profile = Profile(
        name="acme", scim_url="https://gitlab.com/api/scim/v2/groups/acme", nameid_source="externalId"
    )
    places = paths()
    save_profile(places, profile)
    places.prepare_folder(places.snapshots)
    snapshot(SAMPLE, file=places.snapshot(profile)).close()
    file = written(tmp_path, "good.json", schema())
    codes = {one["code"] for one in json.loads(run(file, "--json").stdout)["findings"]}
    assert "SY-01" in codes and "SY-04" in codes
    alone = {one["code"] for one in json.loads(run(file, "--json", "--no-people").stdout)["findings"]}
    assert not alone & {"SY-01", "SY-04"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ('{"a": 1,}', "line 1, column 9"),
        ('{"hello": 1}', "no mapping of Entra ID or Okta"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    result = run(written(tmp_path, "odd.json", text))
    assert result.exception is not None and words in str(result.exception)
    assert getattr(result.exception, "exit_code", 0) == 2


def test_escapes_in_a_file_are_made_visible(tmp_path: Path) -> None:
    rows = GOOD_ROWS | {"x\x1b[31m": ("[mail]", 0)}
    assert "\x1b" not in run(written(tmp_path, "odd.json", schema(rows))).output


def test_the_provider_that_is_named_decides_without_a_file() -> None:
    assert json.loads(run("--idp", "okta", "--json").stdout)["idp"] == "okta"


def test_users_of_another_provider_are_refused(tmp_path: Path) -> None:
    users = written(tmp_path, "users.json", graph_users(graph_user(1)))
    result = run("--idp", "okta", "--users", users)
    assert result.exception is not None and "another provider" in str(result.exception)


def test_escapes_in_a_target_are_made_visible_in_the_sample_too(tmp_path: Path) -> None:
    file = written(tmp_path, "odd.json", schema({"x\x1b]0;pwn\x07y": ("[mail]", 0)}))
    users = written(tmp_path, "users.json", graph_users(graph_user(1)))
    assert "\x1b" not in run(file, "--users", users).stdout


def test_a_refusal_is_one_json_document_too(tmp_path: Path) -> None:
    jobs = written(tmp_path, "jobs.json", {"value": [{"id": "scim.1", "templateId": "scim", "schedule": {}}]})
    good = written(tmp_path, "good.json", schema())
    people = written(tmp_path, "users.json", graph_users(graph_user(1)))
    for arguments, code in (
        ((jobs,), "other-kind"),
        ((good, "--users", good), "other-kind"),
        ((str(tmp_path / "nowhere.json"),), "not-read"),
        ((good, "--sample", "ada"), "not-read"),
        ((good, "--users", people, "--sample", "nobody"), "not-read"),
        ((good, "--answer", "synced=perhaps"), "not-read"),
        (("--idp", "okta", "--users", people), "not-read"),
        ((good, "--capture", jobs), "not-read"),
    ):
        result = run(*arguments, "--json")
        document = json.loads(result.stdout)
        (finding,) = document["findings"]
        assert (finding["code"], finding["severity"], document["rows"]) == (code, "error", [])
        assert finding["title"] and isinstance(result.exception, Failure)
    assert "GET /servicePrincipals" in json.loads(run(jobs, "--json").stdout)["findings"][0]["fix"]
    paths().config.mkdir(parents=True, exist_ok=True)
    paths().profiles_file.write_text("profiles = 7")
    broken = run(good, "--json")
    assert json.loads(broken.stdout)["findings"][0]["code"] == "not-read" and broken.exception is not None


def test_letters_of_another_kind_are_read_and_a_guess_is_said(tmp_path: Path) -> None:
    file = written(tmp_path, "good.json", schema())
    text = "userPrincipalName,displayName,id\nada@acme.example,Bjørn,00000001-0000-4000-8000-000000000000\n"
    for encoding, is_guess in (("utf-8", False), ("utf-16", False), ("utf-16-le", False), ("cp1252", True)):
        (tmp_path / "users.csv").write_bytes(text.encode(encoding))
        result = run(file, "--users", str(tmp_path / "users.csv"), "--nameid", "Object ID")
        assert "Bjørn" in result.stdout and "✓ could sign in" in result.stdout
        assert ("Windows-1252" in result.stdout) is is_guess
    workbook = tmp_path / "users.xlsx"
    workbook.write_bytes(b"PK\x03\x04")
    refused = run(file, "--users", str(workbook))
    assert "Excel" in str(refused.exception) and "CSV" in str(refused.exception)


def test_who_is_out_of_scope_is_counted_and_named(tmp_path: Path) -> None:
    clause = {
        "sourceOperandName": "department",
        "operatorName": "EQUALS",
        "targetOperand": {"values": ["Research"]},
    }
    file = written(tmp_path, "scoped.json", schema(scope={"groups": [{"clauses": [clause]}]}))
    people = (graph_user(1, department="Research"), graph_user(2, department="Sales"))
    users = written(tmp_path, "users.json", graph_users(*people))
    told = run(file, "--users", users, "--nameid", "user.objectid", "--sample", "person2@acme.example").stdout
    assert "Of the export 1 could sign in, 0 could not, 0 are not known, 1 is out of scope" in told
    assert "· out of scope: " in told and "sends   externalId" not in told
    assert "person2@acme.example, out of scope" in told


def test_a_row_that_is_cut_off_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, "good.json", schema())
    users = written(tmp_path, "users.csv", "userPrincipalName,mail,id\nada@x,ada@x,1\nbob@x,bo")
    assert "the last row is cut off" in run(file, "--users", users).stdout
    assert "cut off" in json.loads(run(file, "--users", users, "--json").stdout)["notes"][0]
    assert "cut off" in run(file, "--users", users, "--markdown").stdout
