"""Links and anchors hold, in the documentation and from the README, also where nothing is built."""

from __future__ import annotations

import re

import pytest

from tests.docs.citing import ROOT
from tests.docs.headings import anchors, labels, lines, pages, slug

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOB = "https://github.com/scimtui/scimtui/blob/main/"
_RAW = "https://raw.githubusercontent.com/scimtui/scimtui/main/"
WRITTEN = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml", "docs/index.md")


def test_an_anchor_is_what_a_forge_makes_of_its_heading() -> None:
    unlike = {
        label: heading
        for label, (_, heading) in labels().items()
        if not heading.startswith("#") or slug(heading.lstrip("# ")) != label
    }
    assert not unlike


def test_every_link_within_the_documentation_leads_somewhere() -> None:
    astray = []
    for page in pages():
        for target in _LINK.findall("\n".join(lines(page))):
            path, _, anchor = target.partition("#")
            if target.startswith("https://"):
                continue
            leads = page.parent.joinpath(path).is_file() if path else anchor in labels()
            if not leads:
                astray.append((page.name, target))
    assert not astray


@pytest.mark.parametrize("name", [*WRITTEN, "docs/using/files-and-tokens.md"])
def test_absolute_links_into_the_repository_lead_to_what_is_there(name: str) -> None:
    text = ROOT.joinpath(name).read_text("utf-8")
    for base in (_BLOB, _RAW):
        for target in re.findall(re.escape(base) + r"([^\s)\]\">]+)", text):
            path, _, anchor = target.partition("#")
            assert ROOT.joinpath(path).is_file(), target
            assert not anchor or f"{path.removeprefix('docs/')}#{anchor}" in anchors(), target


def test_the_readme_holds_on_a_package_index_too() -> None:
    readme = ROOT.joinpath("README.md").read_text("utf-8")
    targets = _LINK.findall(readme) + re.findall(r"^\[[^\]]+\]: (\S+)", readme, re.MULTILINE)
    assert targets and all(target.startswith("https://") for target in targets)
    references = set(re.findall(r"\]\[([^\]]+)\]", readme))
    assert references == set(re.findall(r"^\[([^\]]+)\]: ", readme, re.MULTILINE))


def test_every_page_is_in_the_table_of_contents() -> None:
    listed = set(
        re.findall(r"^[a-z][\w/-]+$", ROOT.joinpath("docs/index.md").read_text("utf-8"), re.MULTILINE)
    )
    named = {page.relative_to(ROOT / "docs").as_posix().removesuffix(".md") for page in pages()}
    assert named - {"index"} == listed
