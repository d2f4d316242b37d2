from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.text import (
    age,
    cell_width,
    cut,
    fit,
    fold_search,
    fold_uid,
    json_text,
    one_for_one,
    printable,
    printable_name,
    shortened,
    visible_blanks,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ada Byron", "Ada Byron"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\x9bb", "a<009B>b"),
        ("a\u202eb", "a<202E>b"),
        ("line\nbreak", "line␊break"),
        ("\x7f", "␡"),
        ("a\u200bb", "a<200B>b"),
        ("a\u2028b", "a<2028>b"),
        ("a\ufe0fb", "a<FE0F>b"),
        ("日本", "日本"),
        ("José", "José"),
        ("a\u00a0b", "a b"),
    ],
)
def test_printable_shows_what_a_terminal_would_obey(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(st.text())
def test_one_for_one_keeps_the_number_and_lets_nothing_through(text: str) -> None:
    shown = one_for_one(text)
    assert len(shown) == len(text)
    for character in shown:
        assert unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Cs"), text


@given(st.text())
def test_nothing_invisible_gets_through(text: str) -> None:
    for character in printable(text):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Cs"), text


@given(st.text(max_size=40), st.integers(1, 30))
def test_fit_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    assert cell_width(fit(printable(text), width)) == width


@given(st.text(max_size=40), st.integers(0, 30))
def test_cut_never_overflows(text: str, width: int) -> None:
    assert cell_width(cut(printable(text), width)) <= width


def test_cut_marks_what_was_left_out() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abc", 4) == "abc"
    assert cut("日本語", 4) == "日…"


def test_a_stack_of_combining_marks_is_cut() -> None:
    assert len(printable("a" + "\u0301" * 50)) == 5


def test_joiners_in_names_are_left_out_and_in_values_shown() -> None:
    assert printable_name("ශ්\u200dරී") == "ශ්රී"
    assert printable("ශ්\u200dරී") == "ශ්<200D>රී"


def test_outer_blanks_are_made_visible() -> None:
    assert visible_blanks(" a b ") == "␠a b␠"
    assert visible_blanks("  ") == "␠␠"
    assert visible_blanks("a b") == "a b"


def test_uids_are_lower_cased_not_folded() -> None:
    assert fold_uid("STRASSE") != fold_uid("straße")
    assert fold_uid("ABC-Ä") == "abc-ä"


@pytest.mark.parametrize(
    ("typed", "stored"), [("bjorn", "Bjørn"), ("chloe", "Chloé"), ("strasse", "Straße"), ("lukasz", "Łukasz")]
)
def test_search_ignores_accents(typed: str, stored: str) -> None:
    assert fold_search(typed) == fold_search(stored)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (40, "40 s ago"),
        (125, "2 min ago"),
        (7300, "2 h ago"),
        (10 * 86400, "10 days ago"),
    ],
)
def test_age(seconds: float, words: str) -> None:
    assert age(seconds) == words


def test_json_for_a_terminal_keeps_letters_and_escapes_what_would_be_obeyed() -> None:
    written = json_text({"Zoë": "\x1b[2J \u009b1m \u202e \ud800 \ufeff"})
    assert "Zoë" in written and written.isprintable() is False  # line breaks alone
    assert "".join(written.splitlines()).isprintable()
    assert json.loads(written) == {"Zoë": "\x1b[2J \u009b1m \u202e \ud800 \ufeff"}


def test_what_is_long_is_told_by_its_beginning() -> None:
    assert shortened("abc") == "abc" and shortened("x" * 300) == "x" * 300
    assert shortened("x" * 1_234) == "x" * 300 + "… (1,234 characters)"
