"""Make the reference from the code: `python -m docs.make_reference`.

What is made is committed, so that it can be read in the repository and in an sdist without a build, and so
that a changed key, option or text shows in review; `tests/docs/test_reference.py` fails where it is old.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from textual.app import App
from textual.dom import DOMNode

import scimtui
import scimtui.tui
from scimtui.cli import failures, main_command
from scimtui.guides.trouble.catalogue import catalogue
from scimtui.tui.sections import WITH_PROFILE

FOLDER = Path(__file__).parent / "reference"
PACKAGE = Path(scimtui.__file__).parent
MADE = "<!-- Made by `python -m docs.make_reference`: change the code, not this page. -->"

EVERYWHERE, DIALOGS = "Everywhere", "Dialogs and lists"
EXITS = {
    "FINE": "fine",
    "BAD_ANSWER": "it ran, and the answer is bad: not ready, nobody found, a sign-in would fail, "
    "an error in the mapping, nothing explains the text",
    "WRONG_USE": "wrong use, or unreadable input",
    "NOT_REACHED": "GitLab not reached, or not authorised",
    "REFUSED": "refused, or a name that fits several people",
    "OUTCOME_UNKNOWN": "a write whose outcome is not known",
    "INTERNAL": "a fault of scimtui's own",
    "INTERRUPTED": "interrupted",
}
GRADES = {"B": "blocker", "H": "high", "M": "medium", "L": "low", "I": "information"}
NEEDS = {
    "E": "Entra's mapping",
    "P": "Okta's JSON",
    "N": "the NameID",
    "G": "the people of the group",
    "U": "a user export",
    "L": "a provisioning log",
    "C": "an answer of yours",
}
MARKS = re.compile(r"([\\<>*_\[\]{}])")
KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "f1": "F1",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
}


def pages() -> dict[str, str]:
    """Every page that is made: its name and its text."""
    made = {
        "commands.md": commands(),
        "keys.md": keys(),
        "exit-codes.md": exit_codes(),
        "findings.md": findings(),
        "mapping-rules.md": mapping_rules(),
        "trouble.md": trouble(),
    }
    return {name: "\n".join(_single_blanks(lines)) + "\n" for name, lines in made.items()}


def commands() -> Iterator[str]:
    """Each command with its arguments and options, as click knows them."""
    yield from ("# Commands", "", MADE, "")
    yield "`scimtui` alone opens the console on the default profile. Each command has `--help`."
    yield from _options(main_command)
    for name in main_command.list_commands(click.Context(main_command)):
        command = main_command.get_command(click.Context(main_command), name)
        assert command is not None
        yield from _command(f"scimtui {name}", command)


def keys() -> Iterator[str]:
    """The keys by section, as Textual knows them; then those of dialogs and lists."""
    yield from ("# Keys", "", MADE, "")
    yield "Letters act only where no field to type in has the focus. `?` shows the keys of what is open."
    groups: dict[str, dict[str, list[str]]] = {EVERYWHERE: {}, **{section: {} for section in WITH_PROFILE}}
    for held in _bound():
        rows = [row for row in map(_key_row, held.BINDINGS) if row]
        if rows:
            group = getattr(held, "section", DIALOGS)
            if issubclass(held, App):
                group = EVERYWHERE
                rows.append(f"| `{_key_name(held.COMMAND_PALETTE_BINDING)}` | All commands |")
            groups.setdefault(group, {}).setdefault(_words(held.__name__), rows)
    for group, screens in groups.items():
        yield from ("", f"## {group}")
        for title in sorted(screens, key=lambda title: (title.lower() != _words(group).lower(), title)):
            if group != EVERYWHERE and title.lower() != _words(group).lower():
                yield from ("", f"### {title}")
            yield from ("", "| Key | Does |", "|---|---|", *screens[title])


def exit_codes() -> Iterator[str]:
    """The exit codes, from the constants of the command line."""
    yield from ("# Exit codes", "", MADE, "", "| Code | Means |", "|---|---|")
    codes = {
        name: value for name, value in vars(failures).items() if name.isupper() and isinstance(value, int)
    }
    for name, value in sorted(codes.items(), key=lambda one: one[1]):
        yield f"| {value} | {EXITS[name]} |"


def findings() -> Iterator[str]:
    """What a person, a connection, a correction or a sign-in can be told, from the data files."""
    yield from ("# Findings", "", MADE, "")
    yield "What the list of people, the connection test, a correction and a captured sign-in can say."
    for file, tables in _tables():
        found = {code: text for code, text in tables.items() if _is_finding(text) and "grade" not in text}
        if found:
            yield from ("", f"## {_file_title(file)}")
        for code, text in found.items():
            yield from ("", f"### {code}", "", f"**{_md(text['title'])}** ({text['severity']})")
            yield from _why_and_fix(text)


def mapping_rules() -> Iterator[str]:
    """The rules of the mapping review, from their data file."""
    yield from ("# Mapping rules", "", MADE, "")
    yield "A rule whose inputs are not there is told as not checked, never as fine."
    rules = {code: text for _, tables in _tables() for code, text in tables.items() if _is_finding(text)}
    for code, text in rules.items():
        if "grade" in text:
            yield from ("", f"## {code}", "", f"**{_md(text['title'])}** ({_grade(text['grade'])})")
            yield from ("", f"Needs {_needs(text['needs'])}.")
            yield from _why_and_fix(text)


def trouble() -> Iterator[str]:
    """The trouble catalogue, from its data files."""
    yield from ("# Trouble", "", MADE, "")
    yield '`scimtui explain "TEXT"` finds these in an error or a log line. `<…>` stands for anything.'
    for entry in catalogue():
        yield from ("", f"## {entry.code}", "", f"**{_md(entry.title)}** (shown by: {_md(entry.shown_by)})")
        for message in entry.messages:
            status = f" ({message.status})" if message.status else ""
            versions = f" (GitLab {message.versions})" if message.versions else ""
            yield from ("", f"    {message.text}{status}{versions}")
        yield from (
            "",
            _md(entry.cause),
            "",
            f"*How to tell*: {_md(entry.tell)}",
            "",
            f"*What to do*: {_md(entry.fix)}",
        )
        if entry.page:
            yield from ("", f"Source: <{entry.page}>")


def _command(path: str, command: click.Command) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=path)))
    yield from ("", f"## {path}", "", f"`{path} {usage}`", "", _md(inspect.cleandoc(command.help or "")))
    yield from _options(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from _command(f"{path} {name}", below)


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    rows = [
        record for parameter in command.params if (record := parameter.get_help_record(context)) is not None
    ]
    if rows:
        yield from ("", "| Option | |", "|---|---|")
        yield from (f"| `{_cell(option)}` | {_md(_cell(text))} |" for option, text in rows)


def _bound() -> Iterator[Any]:
    """Each class of the console that has keys of its own."""
    for module in pkgutil.walk_packages(scimtui.tui.__path__, "scimtui.tui."):
        for held in vars(importlib.import_module(module.name)).values():
            is_ours = inspect.isclass(held) and held.__module__ == module.name and issubclass(held, DOMNode)
            if is_ours and vars(held).get("BINDINGS"):
                yield held


def _words(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Screen")).replace("-", " ")
    return words.capitalize()


def _key_row(binding: Any) -> str:
    text = binding.tooltip or binding.description
    if not text:
        return ""
    shown = " ".join(f"`{_key_name(key)}`" for key in binding.key.split(","))
    return f"| {shown} | {_md(text[0].upper() + text[1:])} |"


def _key_name(key: str) -> str:
    *modifiers, last = key.split("+")
    name = KEY_NAMES.get(last, last.upper() if modifiers else last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def _tables() -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in sorted(PACKAGE.rglob("*.toml")):
        yield file, tomllib.loads(file.read_text("utf-8"))


def _is_finding(text: object) -> bool:
    return isinstance(text, dict) and {"severity", "title", "why", "fix"} <= set(text)


def _file_title(file: Path) -> str:
    room, name = file.parent.name.replace("_", " "), file.stem.replace("_", " ")
    return f"{room}: {name}".capitalize()


def _why_and_fix(text: dict[str, Any]) -> Iterator[str]:
    if text["why"]:
        yield from ("", _md(text["why"]))
    if text["fix"]:
        yield from ("", f"*Next*: {_md(text['fix'])}")


def _grade(grade: str) -> str:
    return GRADES.get(grade, grade)


def _needs(needs: str | list[str]) -> str:
    if not isinstance(needs, str):
        return ", ".join(needs)
    return " and ".join(
        " or ".join(NEEDS.get(one, one) for one in part.split("/")) for part in needs.split("+")
    )


def _md(text: str) -> str:
    """Text that Markdown would take for something else, kept text; what is in backquotes stays."""
    parts = text.split("`")
    return "`".join(part if place % 2 else MARKS.sub(r"\\\1", part) for place, part in enumerate(parts))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _single_blanks(lines: Iterator[str]) -> Iterator[str]:
    before = "-"
    for line in lines:
        if line or before:
            yield line
        before = line


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        FOLDER.joinpath(name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
