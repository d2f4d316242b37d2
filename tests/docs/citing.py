"""What code and data files cite, read out of them: `contract 2.3, 4 row 10` is two citations."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "scimtui"
WORKS = {
    "contract": "contract",
    "sign-in.md": "sign-in.md",
    "idp-behaviour": "idp-behaviour.md",
    "mapping-rules": "mapping-rules.md",
    "DESIGN": "DESIGN",
}
_WORK = re.compile(
    r"(?<![\w./-])([Cc]ontract|sign-in\.md|idp-behaviour|mapping-rules|DESIGN)(?:\.md)?(?:'s)?(?![\w-])"
)
_TOKEN = re.compile(
    r"[\s,:]*(?:(\d+(?:\.\d+)?[a-z]?)(?![\w])|(page 0|sections?|rows?|tables?|and|to)(?!\w)|(–))[.]?"
)
_FIRST_OF_PART_TWO = 9
_OF_CASES = {"7", "19"}
"""Chapters whose rows are cases, which stand on one page."""


def cited(text: str) -> Iterator[str]:
    """Each citation in a text, in one spelling."""
    for found in _WORK.finditer(text):
        work = WORKS[found[1] if found[1] == "DESIGN" else found[1].lower()]
        rest = text[found.end() :]
        if work == "DESIGN":
            word = re.match(r"(?:,)? \"([A-Za-z]+)\"|, (Verdicts)", rest)
            yield f"DESIGN, {word[1] or word[2]}" if word else "DESIGN"
        else:
            found_here = list(dict.fromkeys(_numbered(work, rest)))
            by_row = any(one.startswith("contract 4 row") for one in found_here)
            yield from (one for one in found_here if not (by_row and one == "contract 4"))


def sources() -> set[str]:
    """Each `source` that a finding, an error or an entry carries, as it stands there."""
    return {source for file in _files(".toml") for source in _in_tables(tomllib.loads(_read(file)))} | {
        source for file in _files(".py") for source in _in_classes(ast.parse(_read(file)))
    }


def comments() -> Iterator[tuple[Path, str]]:
    """Every file of the package and its tests with its text, but for `source`s, which are read apart."""
    for ending in (".py", ".toml", ".sql"):
        tests = (file for file in ROOT.joinpath("tests").rglob(f"*{ending}") if file.parent.name != "docs")
        for file in (*_files(ending), *sorted(tests)):
            lines = [line for line in _read(file).splitlines() if not re.match(r"\s*source\b.*=", line)]
            yield file, re.sub(r"\s*\n\s*(?:#|--)?\s*", " ", "\n".join(lines))


def _numbered(work: str, rest: str) -> Iterator[str]:
    kind, chapter, before, is_range, yielded, place = "", "", "", False, False, 0
    while token := _TOKEN.match(rest, place):
        number, word = token[1], token[2] or token[3]
        if (
            word is None
            and work == "contract"
            and not yielded
            and number == "2"
            and _part_two(rest[token.end() :])
        ):
            work = "contract 2, section"
        elif word is None:
            if "." in number and kind in {"row", "page 0"}:
                kind = ""
            chapter = chapter if kind == "row" else number
            for one in _span(before, number) if is_range else [number]:
                yield _spelt(work, kind, one, chapter)
            yielded, before, is_range = True, number, False
        elif word in {"to", "–"}:
            is_range = True
        elif word not in {"and"}:
            kind = word.removesuffix("s")
        place = token.end()
    if not yielded and work != "contract":
        yield work


def _part_two(rest: str) -> bool:
    following = re.match(r", (?:section )?(\d+)", rest)
    return following is not None and int(following[1]) >= _FIRST_OF_PART_TWO


def _spelt(work: str, kind: str, number: str, chapter: str) -> str:
    if kind == "page 0":
        return f"{work} page 0, {number}"
    if kind == "row":
        if work != "contract" or chapter in _OF_CASES:
            return f"{work} {chapter or '5'}"
        return f"{work} 4 row {number}"
    return f"{work} {number}"


def _span(first: str, last: str) -> list[str]:
    chapter, _, begin = first.rpartition(".")
    end = last.rpartition(".")[2]
    numbers = [str(number) for number in range(int(begin) + 1, int(end.rstrip("abcdefgh")) + 1)]
    numbers += [end] if not end.isdigit() else []
    return [f"{chapter}.{number}" if chapter else number for number in numbers]


def _files(ending: str) -> list[Path]:
    return sorted(PACKAGE.rglob(f"*{ending}"))


def _read(file: Path) -> str:
    return file.read_text("utf-8")


def _in_tables(held: Any) -> Iterator[str]:
    if isinstance(held, list):
        for one in held:
            yield from _in_tables(one)
    elif isinstance(held, dict):
        if isinstance(held.get("source"), str) and "title" in held:
            yield held["source"]
        for one in held.values():
            yield from _in_tables(one)


def _in_classes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for line in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "source":
                value = ast.literal_eval(line.value)
                if value:
                    yield str(value)
