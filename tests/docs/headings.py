"""The headings of the documentation, and the anchors by which they are reached."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def pages() -> list[Path]:
    """Every page, what a build made left out."""
    return sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)


def lines(page: Path) -> Iterator[str]:
    """The lines of a page, those within fences left out."""
    fence = ""
    for line in page.read_text("utf-8").splitlines():
        mark = re.match(r"(`{3,}|:{3,})", line)
        if fence or mark:
            fence = "" if fence and line.strip() == fence else fence or (mark[1] if mark else "")
            continue
        yield line


def slug(heading: str) -> str:
    """What a forge makes of a heading: lower case, blanks to hyphens, everything else gone."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def anchors() -> frozenset[str]:
    """`page.md#anchor` of every heading, as the pages lie below `docs`."""
    found: set[str] = set()
    for page in pages():
        seen: Counter[str] = Counter()
        for line in lines(page):
            if heading := re.match(r"#+ (.+)", line):
                name = slug(heading[1].replace("\\", ""))
                again = f"-{seen[name]}" if seen[name] else ""
                found.add(f"{page.relative_to(DOCS).as_posix()}#{name}{again}")
                seen[name] += 1
    return frozenset(found)


@cache
def labels() -> dict[str, tuple[Path, str]]:
    """Each anchor that is written out, with its page and the heading below it."""
    found: dict[str, tuple[Path, str]] = {}
    for page in pages():
        before = ""
        for line in lines(page):
            if label := re.fullmatch(r"\((.+)\)=", before):
                assert label[1] not in found, f"{label[1]} stands twice"
                found[label[1]] = (page, line)
            before = line
    return found
