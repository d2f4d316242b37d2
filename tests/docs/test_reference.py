"""The reference that is made from the code is as the code is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs import make_reference
from scimtui.cli import main_command
from tests.docs.citing import ROOT
from tests.docs.headings import pages


@pytest.mark.parametrize("name", sorted(make_reference.pages()))
def test_what_is_committed_is_what_the_code_makes(name: str) -> None:
    committed = make_reference.FOLDER.joinpath(name).read_text("utf-8")
    assert committed == make_reference.pages()[name], "run: python -m docs.make_reference"


def _typed() -> Iterator[tuple[str, str]]:
    for page in [ROOT / "README.md", *pages()]:
        if page.parent.name == "reference":
            continue
        within = False
        for line in page.read_text("utf-8").splitlines():
            within = line == "```sh" or (within and line != "```")
            if within and line.startswith("scimtui"):
                yield page.name, line


TYPED = sorted(set(_typed()))


@pytest.mark.parametrize(("page", "line"), TYPED, ids=[line for _, line in TYPED])
def test_every_command_that_a_page_shows_is_one(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line, comments=True)[1:]
    words = words[: words.index(">")] if ">" in words else words
    for word in words:
        if word.endswith((".json", ".csv", ".pem")):
            tmp_path.joinpath(word).touch()
    command: click.Command = main_command
    context = main_command.make_context("scimtui", list(words))
    while isinstance(command, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, found, below = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, found.make_context(name, below, parent=context)


def test_the_reference_names_every_command_and_exit_code() -> None:
    made = make_reference.pages()
    for name in main_command.list_commands(click.Context(main_command)):
        assert f"## scimtui {name}\n" in made["commands.md"]
    assert all(f"| {code} |" in made["exit-codes.md"] for code in (0, 1, 2, 3, 4, 5, 70, 130))
