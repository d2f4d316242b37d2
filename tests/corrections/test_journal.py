"""The journal keeps every entry, and says what is missing when the file was harmed."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scimtui.corrections import processes
from scimtui.corrections.chain import Head, verified
from scimtui.corrections.journal import Journal, JournalError
from scimtui.corrections.model import Outcome
from scimtui.corrections.volumes import is_network_volume
from tests.corrections.entries import ADA, intent

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "acme.sqlite3"


def journal(file: Path | None, **more: str) -> Journal:
    return Journal(file, now=lambda: NOON, **more)


def filled(file: Path, entries: int) -> None:
    kept = journal(file)
    for number in range(entries):
        entry = kept.begin(intent(f"old {number}", f"new {number}"))
        kept.settle(entry, Outcome.VERIFIED, f"new {number}")
    kept.close()


def test_an_entry_is_kept_whole(file: Path) -> None:
    kept = journal(file)
    number = kept.begin(
        intent(
            reason="ticket 7", checks=("case-only",), accepted=("case-only",), token_user="olga", undo_of=3
        )
    )
    entry = journal(file).entries()[0]
    assert (entry.number, entry.outcome, entry.is_open, entry.at) == (number, None, True, NOON)
    kept.settle(number, Outcome.VERIFIED, "new", "GitLab says hello")
    (entry,) = journal(file).entries()
    assert (entry.outcome, entry.read_back, entry.said, entry.is_open) == (
        Outcome.VERIFIED,
        "new",
        "GitLab says hello",
        False,
    )
    assert entry.intent.change.subject == ADA and entry.can_be_undone
    assert entry.intent.accepted == ("case-only",) and entry.intent.undo_of == 3
    assert entry.host == processes.host() and entry.process == os.getpid()
    assert entry.as_json()["time"] == "2026-11-24T12:00:00Z"


def test_the_later_outcome_counts_and_none_is_rewritten(file: Path) -> None:
    kept = journal(file)
    number = kept.begin(intent())
    kept.settle(number, Outcome.UNKNOWN, None)
    assert kept.entry(number) is not None and kept.entries()[0].is_open
    kept.settle(number, Outcome.UNCHANGED, "old")
    assert kept.entries()[0].outcome is Outcome.UNCHANGED and kept.verify().records == 3
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sqlite3.connect(file, isolation_level=None).execute("UPDATE records SET body = 'x'")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        sqlite3.connect(file, isolation_level=None).execute("DELETE FROM records")


def test_only_the_owner_reads_any_of_its_files(file: Path) -> None:
    kept = journal(file)
    kept.begin(intent())
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    assert set(modes.values()) == {0o600} and len(modes) >= 3
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_it_is_synced_and_written_ahead(file: Path) -> None:
    kept = journal(file)
    kept.begin(intent())
    connection = kept._opened(writing=False)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert not kept.notice


def test_without_a_write_ahead_log_it_falls_back_and_says_so(file: Path) -> None:
    kept = journal(file, vfs="unix-dotfile")
    kept.begin(intent())
    assert kept._opened(writing=False).execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert "one machine at a time" in kept.notice
    kept.close()
    assert journal(file, vfs="unix-dotfile").verify().records == 1


def test_a_network_volume_is_told_by_the_longest_mount() -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\nhome:/ada /home/ada nfs4 rw 0 0\n"
        "/dev/x /home/ada/local\\040disk xfs rw 0 0\n"
    )
    assert is_network_volume(Path("/home/ada/.local/state/j.sqlite3"), mounts)
    assert not is_network_volume(Path("/home/ada/local disk/j.sqlite3"), mounts)
    assert not is_network_volume(Path("/home/adam/j.sqlite3"), mounts)


def test_in_memory_it_lasts_as_long_as_the_program() -> None:
    kept = journal(None)
    number = kept.begin(intent())
    kept.close()
    kept.settle(number, Outcome.VERIFIED, "new")
    assert kept.entries()[0].outcome is Outcome.VERIFIED and not kept.verify().damaged


def test_looking_at_a_journal_that_is_not_there_makes_none(file: Path) -> None:
    assert journal(file).entries() == [] and journal(file).verify().summary == "0 records, whole"
    assert not file.parent.exists()


def test_many_threads_and_two_journals_lose_nothing(file: Path) -> None:
    both = journal(file), journal(file)
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda i: both[i % 2].begin(intent(str(i))), range(40)))
    report = both[0].verify()
    assert len(set(numbers)) == 40 and (report.records, report.expected, report.damaged) == (40, 40, False)


def test_two_processes_at_once_lose_nothing(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from scimtui.corrections.journal import Journal\n"
        "from tests.corrections.entries import intent\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for number in range(15): journal.begin(intent(str(number)))\n"
    )
    root = Path(__file__).parents[2]
    runs = [subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=root) for _ in range(2)]
    assert [run.wait(60) for run in runs] == [0, 0]
    report = journal(file).verify()
    assert (report.records, report.expected, report.damaged) == (30, 30, False)


def test_a_run_killed_between_the_two_files_leaves_a_whole_journal(file: Path) -> None:
    filled(file, 2)
    head = file.with_name(f"{file.name}-head")
    before = head.read_bytes()
    kept = journal(file)
    kept.begin(intent())
    head.write_bytes(before)
    assert not kept.verify().damaged
    kept.begin(intent())
    assert kept.verify().expected == 6


def harmed(file: Path, statement: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    for trigger in ("no_update", "no_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "words", "left"),
    [
        (
            "UPDATE records SET body = replace(body, 'old 1', 'old 9') WHERE number = 3",
            "changed: records 3;",
            3,
        ),
        ("DELETE FROM records WHERE number IN (3, 4)", "missing: records 3, 4;", 2),
        ("DELETE FROM records WHERE number > 4", "2 cut off at the end", 2),
        ("UPDATE records SET hash = 'x' WHERE number = 6", "changed: records 6;", 3),
        ("DROP TABLE records", "can't be read whole (no such table", 0),
    ],
)
def test_a_changed_missing_or_cut_off_entry_is_named_and_stops_writing(
    file: Path, statement: str, words: str, left: int
) -> None:
    filled(file, 3)
    harmed(file, statement)
    kept = journal(file)
    report = kept.verify()
    assert report.damaged and words in report.summary
    assert len(kept.entries()) == left
    with pytest.raises(JournalError, match="set-aside"):
        kept.begin(intent())
    aside = kept.set_aside()
    assert aside is not None and aside.exists() and not file.exists()
    assert kept.begin(intent()) == 1 and not kept.verify().damaged


def test_without_the_second_file_a_cut_is_not_claimed_to_show(file: Path) -> None:
    filled(file, 1)
    file.with_name(f"{file.name}-head").unlink()
    report = journal(file).verify()
    assert not report.damaged and "would not show" in report.summary
    kept = journal(file)
    kept.begin(intent())
    assert kept.verify().expected == 3


@pytest.mark.parametrize("content", ["", "garbage", "[]"])
def test_a_second_file_that_says_nothing_is_damage(file: Path, content: str) -> None:
    filled(file, 2)
    file.with_name(f"{file.name}-head").write_text(content)
    assert "second file" in journal(file).verify().summary and journal(file).verify().damaged
    with pytest.raises(JournalError, match="second file"):
        journal(file).begin(intent())


def test_a_second_file_that_is_a_link_is_not_followed(file: Path, tmp_path: Path) -> None:
    filled(file, 1)
    head = file.with_name(f"{file.name}-head")
    head.rename(tmp_path / "elsewhere")
    head.symlink_to(tmp_path / "elsewhere")
    assert journal(file).verify().damaged
    with pytest.raises(JournalError) as refused:
        journal(file).begin(intent())
    assert "make room" not in str(refused.value)


def test_settling_later_leaves_what_was_settled_meanwhile(file: Path) -> None:
    kept = journal(file)
    number = kept.begin(intent())
    kept.settle(number, Outcome.VERIFIED, "new")
    assert not journal(file).settle(number, Outcome.UNCHANGED, "old", only_if_open=True)
    assert kept.entries()[0].outcome is Outcome.VERIFIED
    other = kept.begin(intent())
    kept.settle(other, Outcome.UNKNOWN, None)
    assert journal(file).settle(other, Outcome.UNCHANGED, "old", only_if_open=True)


def test_an_entry_of_wrong_types_is_left_out_and_told(file: Path) -> None:
    filled(file, 2)
    harmed(
        file, """UPDATE records SET body = replace(body, '"reason": ""', '"reason": 7') WHERE number = 1"""
    )
    assert [entry.number for entry in journal(file).entries()] == [2]
    assert "changed: records 1" in journal(file).verify().summary


def test_a_file_that_is_gone_is_missed(file: Path) -> None:
    filled(file, 2)
    file.unlink()
    assert journal(file).verify().cut_off == 4
    with pytest.raises(JournalError, match="4 cut off"):
        journal(file).begin(intent())


def removed(file: Path) -> None:
    for path in file.parent.glob(f"{file.name}*"):
        if not path.name.endswith("-head"):
            path.unlink()


def renamed(file: Path) -> None:
    file.rename(file.with_name("elsewhere.sqlite3"))


def replaced(file: Path) -> None:
    other = file.with_name("other.sqlite3")
    filled(other, 1)
    other.rename(file)


def cut(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    os.truncate(file, 4096)


def swallowing(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TRIGGER swallow BEFORE INSERT ON records BEGIN SELECT RAISE(IGNORE); END")
    connection.close()


@pytest.mark.parametrize("harm", [removed, renamed, replaced, cut, swallowing])
def test_a_journal_that_is_harmed_while_it_is_open_takes_no_entry(
    file: Path, harm: Callable[[Path], None]
) -> None:
    filled(file, 3)
    kept = journal(file)
    kept.settle(kept.begin(intent()), Outcome.VERIFIED, "new")
    harm(file)
    with pytest.raises(JournalError):
        kept.begin(intent("at once"))
    with suppress(JournalError):  # the next time it does not, or keeps it where the next start looks
        number = kept.begin(intent("again"))
        assert journal(file).entries()[0].number == number and not journal(file).verify().damaged


def test_a_newer_format_is_left_alone(file: Path) -> None:
    filled(file, 1)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    assert "another scimtui" in journal(file).verify().summary
    with pytest.raises(JournalError, match="another scimtui"):
        journal(file).begin(intent())


def test_damage_at_every_sampled_boundary_opens_or_is_told(file: Path) -> None:
    filled(file, 40)
    whole = file.read_bytes()
    size, page = len(whole), 4096
    places = sorted(
        {0, 16, 99, 100, *range(0, size, page), *range(page - 1, size, page), *range(50, size, 3001)}
    )
    told = opened = 0
    for place in places:
        for content in (
            whole[:place],
            whole[:place] + bytes(min(64, size - place)) + whole[place + 64 :],
            whole[:place]
            + random.Random(place).randbytes(1) * min(page, size - place)
            + whole[place + page :],
        ):
            for side in ("-wal", "-shm"):
                file.with_name(file.name + side).unlink(missing_ok=True)
            file.write_bytes(content)
            kept = journal(file)
            report, entries = kept.verify(), kept.entries()
            kept.close()
            if len(entries) == 40 and all(entry.outcome is Outcome.VERIFIED for entry in entries):
                opened += 1
            else:
                assert report.damaged and report.summary, place
                told += 1
            if not report.damaged:
                values = [(entry.intent.change.old, entry.read_back) for entry in reversed(entries)]
                assert values == [(f"old {number}", f"new {number}") for number in range(40)]
    assert told > 50 and opened > 0


def test_a_full_disk_is_no_damage(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(file, 1)
    kept = journal(file)
    kept._opened(writing=True).execute("PRAGMA max_page_count = 1")
    with pytest.raises(JournalError, match="can't be written: database or disk is full"):
        for _ in range(50):
            kept.begin(intent("x" * 500))
    kept.close()
    assert not journal(file).verify().damaged


def test_a_head_that_says_nothing_of_ours_is_none() -> None:
    assert Head.parse(b'{"count": "3", "hash": "x"}') is None and Head.parse(b"[]") is None
    assert Head.parse(Head(3, "abc").text.encode()) == Head(3, "abc")
    assert verified([], None).summary == "0 records, whole"


def test_an_entry_of_a_dead_run_is_not_at_work(file: Path) -> None:
    kept = journal(file)
    kept.begin(intent())
    (entry,) = kept.entries()
    assert not processes.at_work(entry, NOON)  # our own: the run itself knows what it has under way
    other = entry._replace(process=os.getppid(), process_began=processes.began(os.getppid()))
    assert processes.at_work(other, NOON.replace(hour=23))
    assert not processes.at_work(other._replace(process_began="1"), NOON)
    elsewhere = entry._replace(host="elsewhere")
    assert processes.at_work(elsewhere, NOON) and not processes.at_work(elsewhere, NOON.replace(minute=11))


def by_hand(statement: str) -> Callable[[Path], None]:
    """Somebody's hand in the table."""
    return lambda file: harmed(file, statement)


def second_file(content: str) -> Callable[[Path], None]:
    def harm(file: Path) -> None:
        file.with_name(f"{file.name}-head").write_text(content)

    return harm


HARMED = {
    "a number out of range": by_hand("UPDATE records SET number = 9223372036854775807 WHERE number = 6"),
    "a negative number": by_hand("UPDATE records SET number = -5 WHERE number = 6"),
    "an entry that is a word": by_hand("UPDATE records SET entry = 'abc' WHERE number = 6"),
    "an entry out of range": by_hand("UPDATE records SET entry = 9223372036854775807 WHERE number = 6"),
    "bytes for text": by_hand("UPDATE records SET body = x'fffefd' WHERE number = 5"),
    "a deep body": by_hand("UPDATE records SET body = '" + "[" * 100_000 + "' WHERE number = 5"),
    "a huge number": by_hand('UPDATE records SET body = \'{"at": ' + "9" * 5000 + "}' WHERE number = 5"),
    "no table": by_hand("DROP TABLE records"),
    "a column less": by_hand("ALTER TABLE records DROP COLUMN hash"),
    "a format of nobody": by_hand("PRAGMA user_version = -7"),
    "a deep second file": second_file("[" * 100_000),
    "a huge count": second_file('{"count": 99999999999999, "hash": "x"}'),
    "digits without end": second_file('{"count": ' + "9" * 5000 + ', "hash": "x"}'),
    "infinitely many": second_file('{"count": 1e400, "hash": "x"}'),
    "a truth for a count": second_file('{"count": true, "hash": "x"}'),
}


@pytest.mark.parametrize("kind", HARMED)
def test_a_hostile_journal_is_told_and_takes_nothing(file: Path, kind: str) -> None:
    filled(file, 3)
    HARMED[kind](file)
    kept = journal(file)
    report = kept.verify()
    assert report.damaged and len(report.summary) < 300
    assert {entry.number for entry in kept.entries()} <= {1, 2, 3, 9223372036854775807}
    with pytest.raises(JournalError, match="damaged"):
        kept.begin(intent())


def test_a_column_more_is_no_matter(file: Path) -> None:
    filled(file, 3)
    by_hand("ALTER TABLE records ADD COLUMN more TEXT")(file)
    kept = journal(file)
    assert kept.begin(intent()) == 4 and not kept.verify().damaged and len(kept.entries()) == 4
