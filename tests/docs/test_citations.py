"""Whatever code and data files cite stands in `docs/citations.toml`, and leads to a heading that exists."""

from __future__ import annotations

import tomllib

import pytest

from tests.docs.citing import ROOT, cited, comments, sources
from tests.docs.headings import anchors

TABLE = tomllib.loads(ROOT.joinpath("docs/citations.toml").read_text("utf-8"))


def test_every_citation_leads_to_a_heading_or_to_a_page() -> None:
    astray = {
        citation: place
        for citation, place in TABLE["citations"].items()
        if not place or ("docs" in place and place["docs"] not in anchors())
    }
    assert not astray


def test_every_page_of_others_has_an_address_and_is_used() -> None:
    used = {place["page"] for place in TABLE["citations"].values() if "page" in place}
    assert used == set(TABLE["pages"])
    assert all(page["url"].startswith("https://") and page["title"] for page in TABLE["pages"].values())


def test_every_source_is_in_the_table_with_its_citations() -> None:
    assert not sources() - set(TABLE["sources"])
    for source, citations in TABLE["sources"].items():
        assert citations and set(citations) <= set(TABLE["citations"]), source
        if citations != [source]:
            assert set(cited(source)) <= set(citations), source


def test_every_citation_in_a_comment_or_a_docstring_is_in_the_table() -> None:
    missing = {
        (file.relative_to(ROOT).as_posix(), citation)
        for file, text in comments()
        for citation in cited(text)
        if citation not in TABLE["citations"]
    }
    assert not missing


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("(contract 2.3)", ["contract 2.3"]),
        ("contract, page 0, 12", ["contract page 0, 12"]),
        ("(contract page 0, 7 and 1.5). Later", ["contract page 0, 7", "contract 1.5"]),
        ("contract 1.2–1.4, 2", ["contract 1.2", "contract 1.3", "contract 1.4", "contract 2"]),
        ("Shapes: contract 1.5 (SCIM)", ["contract 1.5"]),
        ("contract 1.9–1.10a", ["contract 1.9", "contract 1.10", "contract 1.10a"]),
        ("(contract 1.7 and section 6)", ["contract 1.7", "contract 6"]),
        ("contract 4 rows 2, 9", ["contract 4 row 2", "contract 4 row 9"]),
        ("the contract's section 4, rows 11 and 15.", ["contract 4 row 11", "contract 4 row 15"]),
        ("Contract section 7, rows 78 to 80, and 1.5, 2.1", ["contract 7", "contract 1.5", "contract 2.1"]),
        ("contract 2, section 12.1", ["contract 2, section 12.1"]),
        ("sign-in.md 2.1; contract 2, 10", ["sign-in.md 2.1", "contract 2, section 10"]),
        ("sign-in.md 2.8 to 2.9", ["sign-in.md 2.8", "sign-in.md 2.9"]),
        ("sign-in.md's table 2, for somebody", ["sign-in.md 2"]),
        ("sign-in.md 2, 5 row 17", ["sign-in.md 2", "sign-in.md 5"]),
        ("(idp-behaviour.md 1.1, 2.2)", ["idp-behaviour.md 1.1", "idp-behaviour.md 2.2"]),
        ("mapping-rules 2 and 5", ["mapping-rules.md 2", "mapping-rules.md 5"]),
        ('DESIGN\'s "verify", DESIGN, "Verdicts"', ["DESIGN, verify", "DESIGN, Verdicts"]),
        ("a contract, and designs of 2 kinds", []),
        ("the import contracts hold", []),
    ],
)
def test_citations_are_read_out_of_a_text(text: str, citations: list[str]) -> None:
    assert list(cited(text)) == citations
