from __future__ import annotations

import stat
from pathlib import Path

import pytest

from scimtui.directory import SnapshotDamaged, Verdict, person_in
from scimtui.directory.snapshot import FORMAT, read
from tests.directory.people_samples import KNOWN, SAMPLE, record, snapshot


def test_what_was_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "people.sqlite3"
    written = snapshot(SAMPLE, file=file)
    kept = read(file)
    numbers = range(len(SAMPLE))
    assert kept.rows(numbers) == written.rows(numbers)
    assert kept.about == written.about
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"people.sqlite3", "people.sqlite3-sum"}
    kept.close()
    written.close()


def test_a_new_one_replaces_the_old_while_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "people.sqlite3"
    old = snapshot(SAMPLE, file=file)
    new = snapshot(SAMPLE[:2], file=file)
    assert len(old.column()) == len(SAMPLE)
    assert len(new.column()) == 2
    old.close()
    new.close()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\0" * 2000])
def test_a_damaged_file_is_no_snapshot(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "people.sqlite3"
    file.write_bytes(content)
    with pytest.raises(SnapshotDamaged):
        read(file)


def test_a_file_of_another_version_is_no_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "people.sqlite3"
    snapshot(SAMPLE, file=file).close()
    monkeypatch.setattr("scimtui.directory.snapshot.FORMAT", FORMAT + 1)
    with pytest.raises(SnapshotDamaged):
        read(file)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    snapshot(SAMPLE, file=tmp_path / "real.sqlite3").close()
    (tmp_path / "people.sqlite3").symlink_to(tmp_path / "real.sqlite3")
    with pytest.raises(SnapshotDamaged, match="symbolic link"):
        read(tmp_path / "people.sqlite3")


def test_what_everybody_could_have_written_is_not_believed(tmp_path: Path) -> None:
    file = tmp_path / "people.sqlite3"
    snapshot(SAMPLE, file=file).close()
    file.chmod(0o606)
    with pytest.raises(SnapshotDamaged, match="everybody"):
        read(file)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("3", [3]),
        ("USER3", [3]),
        ("user3@ACME.example", [3]),
        ("guid-0002", [2]),
        ("CHLOE@acme.example", [3]),
        ("guid-0010", [10, 11]),
        ("Chloé", []),
        ("user", []),
        ("%", []),
        ("99999999999999999999999", []),
    ],
)
def test_a_person_is_named_exactly(text: str, ids: list[int]) -> None:
    people = snapshot(SAMPLE)
    assert [row.record.user_id for row in people.named(text)] == ids
    people.close()


def test_values_with_one_hash_are_told_apart() -> None:
    """`plumless` and `buckeroo` have the same CRC-32, which is what the index keeps."""
    people = snapshot(
        [
            record(1, "Ada", scim_uid="plumless"),
            record(2, "Bo", saml_uid="buckeroo"),
            record(3, "Cy", username="Plumless"),
        ]
    )
    assert [row.record.user_id for row in people.holders("PLUMLESS")] == [1]
    assert [row.record.user_id for row in people.named("buckeroo")] == [2]
    assert {row.record.user_id for row in people.named("plumless")} == {1, 3}


def test_keys_lead_back_to_rows() -> None:
    people = snapshot([*SAMPLE, record(20, "No Id", user_id=None, username="Noid")])
    for row in people.rows(range(len(people.column()))):
        assert people.number_of(row.record.key) == row.number
    assert people.number_of("u424242") is None
    assert people.number_of("") is None
    people.close()


def test_counts_are_of_people_not_of_bots() -> None:
    about = snapshot(SAMPLE).about
    assert about.people == 12
    assert about.counts["match"] == 3
    assert about.counts["bot"] == 1
    assert about.counts["duplicate"] == 2
    assert about.counts["enterprise"] == 11


def test_both_sides_of_a_swap_name_each_other() -> None:
    people = snapshot(SAMPLE)
    (one,) = people.named("user10")
    person = person_in(people, one)
    assert person.verdict is Verdict.DUPLICATE
    assert person.scim_rival is not None and person.scim_rival.key == "u11" and person.scim_rival.exact
    assert person.saml_rival is not None and person.saml_rival.key == "u11"
    people.close()


def test_a_person_alone_has_the_verdict_of_the_list() -> None:
    people = snapshot(SAMPLE)
    for row in people.rows(range(len(SAMPLE))):
        assert person_in(people, row).verdict is row.verdict
    people.close()


@pytest.mark.parametrize(
    ("saml", "patterns"),
    [
        (lambda n: f"user{n}@acme.example", ("sign-in-values-are-emails",)),
        (lambda n: f"other-{n}", ("most-differ",)),
        (lambda n: f"guid-{n:04}", ()),
        (lambda n: f"other-{n}" if n % 3 else f"guid-{n:04}", ("most-differ",)),
        (lambda n: f"other-{n}" if n % 3 == 0 else f"guid-{n:04}", ()),
    ],
)
def test_what_most_people_share_is_told_once(saml: object, patterns: tuple[str, ...]) -> None:
    assert callable(saml)
    people = [record(number, f"P{number}", saml_uid=saml(number)) for number in range(1, 40)]
    assert snapshot(people).about.patterns == patterns


def test_a_declared_nameid_gives_the_sign_in() -> None:
    people = snapshot(SAMPLE, known=KNOWN._replace(nameid_source="externalId"))
    assert people.about.counts["works"] == 4
    assert people.about.counts["heals"] == 2
    assert people.about.counts["fails"] == 4
    people.close()
