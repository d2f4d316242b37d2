"""The chain of hashes that tells whether the journal is whole: pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

_START = "scimtui journal"
_MANY = 5
_MOST_RECORDS = 2**40


class Record(NamedTuple):
    """One line of the journal: an intent, or what came of one.

    Attributes:
        entry: the number of the intent it belongs to.
    """

    number: int
    entry: int
    kind: str
    body: str
    hash: str


class Head(NamedTuple):
    """What the second file keeps: how many records there are, and the hash of the last."""

    records: int
    hash: str

    @property
    def text(self) -> str:
        """As it is kept."""
        return json.dumps({"count": self.records, "hash": self.hash}) + "\n"

    @classmethod
    def parse(cls, content: bytes) -> Head | None:
        """What `text` wrote; None for anything else."""
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            plain = json.loads(content)
            count, last = plain["count"], plain["hash"]
            if type(count) is int and isinstance(last, str) and 0 <= count <= _MOST_RECORDS:
                return cls(count, last)
        return None


class Report(NamedTuple):
    """What is wrong with a journal.

    Attributes:
        records: how many can be read.
        expected: how many the second file says there are.
        changed: numbers of records that are not what was written.
        missing: numbers of records that are gone from among the others, the first of them.
        missing_in_all: how many those are.
        cut_off: how many are gone from the end.
        head_missing: the second file is gone, so what is cut off can't be told.
        unreadable: why the file, or a part of it, can't be read.
    """

    records: int = 0
    expected: int = 0
    changed: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    missing_in_all: int = 0
    cut_off: int = 0
    head_missing: bool = False
    unreadable: str = ""

    @property
    def damaged(self) -> bool:
        """Whether anything is not as it was written."""
        return bool(self.changed or self.missing or self.cut_off or self.unreadable)

    @property
    def summary(self) -> str:
        """All of it in one sentence."""
        parts = []
        if self.unreadable:
            parts.append(f"the file can't be read whole ({self.unreadable})")
        if self.changed:
            parts.append(f"changed: {_numbers(self.changed, len(self.changed))}")
        if self.missing:
            parts.append(f"missing: {_numbers(self.missing, self.missing_in_all)}")
        if self.cut_off:
            parts.append(f"{self.cut_off:,} cut off at the end")
        if parts:
            return f"{'; '.join(parts)}; {self.records:,} records can be read"
        whole = f"{self.records:,} {'record' if self.records == 1 else 'records'}, whole"
        if self.head_missing:
            return (
                f"{whole} as far as can be told: the second file is gone, so a cut at the end would not show"
            )
        return whole

    def told(self, entries: int) -> str:
        """The same for people, who count entries: each is two records, before and after it was sent."""
        if self.damaged:
            return self.summary
        said = "1 entry, as it was" if entries == 1 else f"{entries:,} entries, every one as it was"
        if not self.head_missing:
            return f"{said} written"
        unsure = "as far as can be told: the second file is gone, so a cut at the end would not show"
        return f"{said} written, {unsure}"


def chained(before: Record | None, number: int, entry: int, kind: str, body: str) -> Record:
    """The record with its hash over everything in it and the hash before."""
    former = before.hash if before is not None else _START
    return Record(number, entry, kind, body, _hash(former, number, entry, kind, body))


def verified(records: Sequence[Record], head: Head | None) -> Report:
    """Hold the records against their chain and the second file.

    A run that was killed between the two writes leaves the second file one record behind: that is whole.
    """
    changed: list[int] = []
    missing: list[int] = []
    gone = 0
    former, expected = _START, 1
    for record in records:
        if record.number != expected:
            gap = range(expected, record.number)
            missing += gap[:_MANY]
            gone += record.number - expected
            former = ""
        if former and record.hash != _hash(former, *record[:4]):
            changed.append(record.number)
        former, expected = record.hash, record.number + 1
    last = records[-1].number if records else 0
    if head is None:
        return Report(len(records), 0, tuple(changed), tuple(missing), gone, head_missing=bool(records))
    at_head = next((record for record in records if record.number == head.records), None)
    if at_head is not None and at_head.hash != head.hash and head.records not in changed:
        changed.append(head.records)
    return Report(
        len(records), head.records, tuple(changed), tuple(missing), gone, max(0, head.records - last)
    )


def _hash(former: str, number: int, entry: int, kind: str, body: str) -> str:
    text = f"{former}\n{number}\n{entry}\n{kind}\n{body}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _numbers(numbers: Sequence[int], in_all: int) -> str:
    named = ", ".join(str(number) for number in numbers[:_MANY])
    more = in_all - min(len(numbers), _MANY)
    return f"records {named}" + (f" and {more:,} more" if more > 0 else "")
