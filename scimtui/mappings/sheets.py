"""Tables in every dialect that people have: which character divides, where the heading stands.

What the columns mean is not known here: `is_heading` tells whether a line names them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from scimtui.mappings.model import MappingFileError

_PROBED = 30
_SEPARATOR = re.compile(r"\s{0,20}\"?sep=(.)\"?[ ,;\t]{0,20}\r?\n", re.IGNORECASE)
_RULE = re.compile(r"[|+:=\s-]*")
_DIVIDERS = (",", ";", "\t", "|")

Heading = Callable[[list[str]], bool]


class Line(NamedTuple):
    """One line; `number` is counted from 1."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """A table.

    Attributes:
        heading: its cells, as they are written.
        rows: below the heading, without empty ones.
        tail: the last row where the file seems to end in the middle of it; it is none of `rows`.
        open_quote: it ends inside a cell in quotes.
        open_end: the last row has no line end, so that its last cell may be cut.
    """

    heading: list[str]
    rows: list[Line]
    tail: Line | None = None
    open_quote: bool = False
    open_end: bool = False


def sheet_of(text: str, is_heading: Heading, most: int) -> Sheet | None:
    """Read a table; None where no line names the columns.

    Args:
        most: lines that are read.

    Raises:
        MappingFileError: it is broken, or longer.
    """
    given = _SEPARATOR.match(text)
    first = 1 if given is not None else 0
    if given is not None:
        text = text[given.end() :]
    for divider in (given[1], *_DIVIDERS) if given is not None else _DIVIDERS:
        lines = _lines(text, divider, first)
        try:
            probed = list(islice(lines, _PROBED))
        except csv.Error:
            continue
        for place, line in enumerate(probed):
            if is_heading(line.cells):
                rest = chain(probed[place + 1 :], lines)
                return _sheet(text, line, rest, most, is_drawn=divider == "|")
    return None


def _sheet(text: str, heading: Line, below: Iterator[Line], most: int, *, is_drawn: bool) -> Sheet:
    rows: list[Line] = []
    try:
        rows.extend(islice(below, most + 1))
    except csv.Error as error:
        number = rows[-1].number if rows else heading.number
        raise MappingFileError("not-a-table", f"this is no CSV: {error}", f"after line {number}") from None
    if len(rows) > most:
        raise MappingFileError("too-large", f"there are more than {most:,} lines in it")
    open_end, open_quote = not text.endswith(("\n", "\r")), text.count('"') % 2 == 1 and not is_drawn
    is_short = open_end and not is_drawn and bool(rows) and len(rows[-1].cells) < len(heading.cells)
    tail = rows.pop() if rows and (open_quote or is_short) else None
    return Sheet(heading.cells, rows, tail, open_quote, open_end and tail is None)


def _lines(text: str, divider: str, first: int) -> Iterator[Line]:
    if divider == "|":
        yield from _of_drawn(text, first)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, skipinitialspace=divider != "\t")
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Line(reader.line_num + first, cells)


def _of_drawn(text: str, first: int) -> Iterator[Line]:
    """A table of Markdown or a wiki: bars between the cells, and a rule under the heading."""
    for number, line in enumerate(io.StringIO(text), first + 1):
        bare = line.strip()
        if "|" not in bare or _RULE.fullmatch(bare):
            continue
        cells = _split(bare.replace("||", "|") if bare.startswith("||") else bare)
        yield Line(number, [_plain(cell) for cell in cells])


def _split(line: str) -> list[str]:
    """The cells between bars; a bar with a backslash in front is a part of its cell."""
    bare = line[1:] if line.startswith("|") else line
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    cells, cell, place = [], [], 0
    while place < len(bare):
        if bare.startswith("\\|", place):
            cell.append("|")
            place += 1
        elif bare[place] == "|":
            cells.append("".join(cell))
            cell = []
        else:
            cell.append(bare[place])
        place += 1
    return [*cells, "".join(cell)]


def _plain(cell: str) -> str:
    """Without the marks that make it look like code or bold."""
    bare = cell.strip()
    for mark in ("**", "`", "``"):
        if len(bare) > 2 * len(mark) and bare.startswith(mark) and bare.endswith(mark):
            bare = bare[len(mark) : -len(mark)].strip()
    return bare
