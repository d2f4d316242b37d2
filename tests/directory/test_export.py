from __future__ import annotations

import csv
import json
import stat
from io import StringIO
from pathlib import Path

import pytest

from scimtui.directory import person_in
from scimtui.directory.export import CSV_COLUMNS, as_csv, as_json, write_private
from tests.directory.people_samples import SAMPLE, record, snapshot

EVIL = [
    record(1, "=HYPERLINK(1)"),
    record(2, "+1"),
    record(3, "-1"),
    record(4, "@SUM(1)"),
    record(5, "\tx"),
    record(6, 'quote " and, comma\nline'),
    record(7, "x;=1"),
    record(8, "\x1b[31mred"),
]


def test_csv_is_safe_for_spreadsheets() -> None:
    kept = snapshot(EVIL)
    text = as_csv(person_in(kept, row) for row in kept.rows(range(len(EVIL))))
    rows = list(csv.reader(StringIO(text)))
    assert tuple(rows[0]) == CSV_COLUMNS
    names = {row[0]: row[1] for row in rows[1:]}
    assert names["1"] == "'=HYPERLINK(1)"
    assert names["2"] == "'+1" and names["3"] == "'-1" and names["4"] == "'@SUM(1)" and names["5"] == "'␉x"
    assert names["6"] == 'quote " and, comma␊line'
    assert names["7"] == "x;'=1" and names["8"] == "␛[31mred"
    kept.close()


def test_json_has_the_stable_keys() -> None:
    kept = snapshot(SAMPLE)
    rows = kept.rows(range(len(SAMPLE)))
    exported = json.loads(as_json(person_in(kept, row) for row in rows))
    ada = next(person for person in exported if person["user_id"] == 1)
    assert list(ada)[:13] == [
        "user_id",
        "name",
        "username",
        "email",
        "enterprise",
        "enterprise_rule",
        "role",
        "state",
        "member",
        "scim",
        "saml",
        "verdict",
        "sign_in",
    ]
    assert ada["scim"] == {"extern_uid": "guid-0001", "active": True}
    assert ada["saml"] == {"extern_uid": "guid-0001"}
    iain = next(person for person in exported if person["user_id"] == 7)
    assert iain["scim"] is None and iain["verdict"] == "no-scim"
    assert [finding["code"] for finding in iain["findings"]] == ["no-scim-identity"]
    kept.close()


def test_a_file_is_private_and_not_replaced_by_accident(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    write_private(file, "one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_private(file, "two")
    write_private(file, "two", overwrite=True)
    assert file.read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
