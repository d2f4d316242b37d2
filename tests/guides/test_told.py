"""What has to be told of a text: which entries, whose values, and words that no advice may be without."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scimtui.guides.trouble import catalogue, explain

TOLD = tomllib.loads((Path(__file__).parent / "told.toml").read_text("utf-8"))["told"]


@pytest.mark.parametrize("case", TOLD, ids=[one["why"][:60] for one in TOLD])
def test_what_has_to_be_told(case: dict[str, Any]) -> None:
    found = explain(case["text"])
    codes = [match.trouble.code for match in found.matches]
    if "first" in case:
        assert (codes[0] if codes else "") in case["first"].split(" | ")
    for wanted in case.get("codes", ()):
        assert set(wanted.split(" | ")) & set(codes)
    assert not set(case.get("no_codes", ())) & set(codes)
    assert codes or not case.get("matches")
    assert {name: getattr(found.values, name) for name in case.get("values", {})} == case.get("values", {})
    advice = "\n".join(
        f"{match.trouble.title}\n{match.trouble.cause}\n{match.trouble.tell}\n{match.trouble.fix}"
        for match in found.matches
    )
    for words in case.get("says", ()):
        assert re.search(words, advice, re.IGNORECASE | re.DOTALL), words
    document = json.dumps(found.as_json(), ensure_ascii=False)
    for words in case.get("has", ()):
        assert re.search(words, document, re.IGNORECASE | re.DOTALL), words
    for words in case.get("never", ()):
        assert not re.search(words, document, re.IGNORECASE | re.DOTALL), words


def test_the_codes_are_those_of_the_catalogue() -> None:
    known = {entry.code for entry in catalogue()}
    named = [code for case in TOLD for wanted in case.get("codes", ()) for code in wanted.split(" | ")]
    named += [code for case in TOLD for code in case.get("first", "").split(" | ") if code]
    assert set(named) <= known
