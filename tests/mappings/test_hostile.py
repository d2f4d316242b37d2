"""Files that somebody made to break a review: each becomes a finding, in time, and within bounds."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from scimtui.mappings import (
    Case,
    Inputs,
    MappingFileError,
    as_markdown,
    read_mapping,
    read_piece,
    read_users,
    reading,
    review,
    taken,
)
from scimtui.mappings import case as case_module
from scimtui.mappings.expressions import entra, okta
from scimtui.mappings.expressions.allowance import SPENT, allowed, pattern_allowed
from scimtui.mappings.expressions.dotnet_dates import parsed_date
from scimtui.mappings.expressions.entra_functions import without_marks
from scimtui.mappings.expressions.results import ExpressionError, Unevaluated, Value
from scimtui.mappings.name_ids import spelled
from scimtui.mappings.sending import gitlab_username
from tests.mappings.samples import GOOD_ROWS, attribute_mapping, graph_user, graph_users, okta_profile, schema


def table(*sources: str) -> str:
    rows = [attribute_mapping(f"t{number}", source) for number, source in enumerate(sources)]
    return json.dumps(schema(GOOD_ROWS, add=rows))


def profile(*expressions: str) -> str:
    properties = {f"t{number}": (one, "PUSH") for number, one in enumerate(expressions)}
    return json.dumps(okta_profile({"email": ("user.email", "PUSH"), **properties}))


def reviewed(text: str) -> Any:
    inputs = taken(Inputs(), read_piece(text)).inputs
    people = read_users(graph_users(graph_user(1)))
    told = review(Case(inputs.mapping, users=people if inputs.mapping.idp != "okta" else None))
    assert as_markdown(told) and json.dumps(told.as_json())
    return told


REFUSED: dict[str, str] = {
    "a number of many digits": '{"synchronizationRules": ' + "9" * 20_000 + "}",
    "toml, deep in lists": "a = " + "[" * 50_000,
    "toml, deep in tables": "a = " + "{a=" * 50_000,
    "toml, a key of many parts": ".".join("a" * 200_000) + " = 1",
    "toml, a number of many digits": '[[row]]\nsource = "a"\ntarget = "b"\nprecedence = ' + "9" * 9_000,
    "blank lines": "\n" * 50_000 + ",",
    "blank cells": ",,,\n" * 50_000,
    "lists in lists": "[" * 800 + "]" * 800,
    "wrappings in wrappings": '{"schema":' * 900 + "{}" + "}" * 900,
    "more values than any": "[" + "[]," * 1_100_000 + "[]]",
    "more rows than any": "source,target\n" + "a,b\n" * 3_000,
    "more columns than any": ",".join(["source", "target", *["x"] * 50_000]),
    "comments alone": "// x\n" * 200_000,
    "an open comment": "/*" * 200_000,
    "bars": "|" * 300_000,
    "quotes": '"' * 300_000,
    "titles": "<html" + "<title" * 50_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_mapping_is_refused_by_name(name: str) -> None:
    with pytest.raises(MappingFileError) as raised:
        read_piece(REFUSED[name])
    assert raised.value.what and "Error" not in raised.value.what


INNER = '"aaaaaaaaaa"'
for _ in range(9):
    INNER = f'Replace({INNER}, "a", , , "aaaaaaaaaa", , )'
REVIEWED: dict[str, str] = {
    "a precedence of many digits": json.dumps(schema()).replace(
        '"matchingPriority": 1', '"matchingPriority": ' + "9" * 6_000
    ),
    "a precedence past all floats": json.dumps(schema()).replace(
        '"matchingPriority": 1', '"matchingPriority": 1e999999'
    ),
    "half a character": json.dumps(schema()).replace("mail", "\\ud800"),
    "holes": profile("${user.a}" * 1_000),
    "holes in a text": profile('"' + "${" * 3_000 + '"'),
    "comparisons": profile("a" + "==a" * 2_500),
    "indexes": profile("a" + "[0]" * 3_000),
    "members": profile("a" + ".b" * 4_000),
    "negations": profile("!" * 9_000 + "a"),
    "choices": profile("a?b:" * 2_000 + "c"),
    "calls": profile("String.append(" * 400 + "'a'" + ",'b')" * 400),
    "a large result": table(INNER),
    "a pattern that counts": table('Replace([mail], , "a{1000000000}", , "", , )'),
    "a pattern that multiplies": table('Replace([mail], , "(((a{999}){999}){999}){999}", , "", , )'),
    "joins of splits": table(f'Join("{"x" * 4_000}", Split("{"ab" * 2_000}", "b"))'),
    "a thousand rows of one target": "source,target,precedence\n" + "a,t,1\n" * 990,
}


@pytest.mark.parametrize("name", REVIEWED)
def test_what_can_be_read_is_reviewed(name: str) -> None:
    assert reviewed(REVIEWED[name]).rows


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (INNER, "too long"),
        (f'Join("{"x" * 4_000}", Split("{"ab" * 2_000}", "b"))', "too long"),
        (f'Append("{"x" * 9_000}", Join("", Split("{"ab" * 100}", "b"), [long]))', "too long"),
        ('Replace([long], , "a", , "aa", , )', "too long"),
        ('Replace("x", "x", , , , , [long])', None),
        ('Replace("a", , "a{20001}", , "", , )', "too large"),
        ('Replace("a", , "(((a{99}){99}){99})", , "", , )', "too large"),
        ('Replace("a", , "(?:a){e<=3}", , "", , )', "brace"),
        ('Replace("12-34", , "[0-9]{2}-(?<n>\\\\d{2})", , "${n}", , )', None),
        ('Replace("aé", , "\\\\p{L}", , "x", , )', None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_value_is_measured_before_it_is_made(expression: str, reason: str | None) -> None:
    result = entra.evaluate(expression, {"long": "a" * 99_000})
    assert isinstance(result, Unevaluated) == (reason is not None)
    assert reason is None or (isinstance(result, Unevaluated) and reason in result.reason)


def test_a_whole_review_has_one_allowance_of_time() -> None:
    """A clock of which every look takes a second: what comes later is not worked out, and nothing goes wrong."""
    ticks = iter(range(1_000))
    with allowed(3, lambda: float(next(ticks))):
        results = [entra.evaluate("ToLower([mail])", {"mail": "A"}) for _ in range(5)]
    assert results[0] == Value("a") and results[-1] == SPENT
    with allowed(0):
        assert okta.evaluate("user.login", {"login": "a"}) == SPENT
        assert entra.evaluate("[mail]", {"mail": "a"}) == SPENT
    assert entra.evaluate("[mail]", {"mail": "a"}) == Value("a")


def test_the_slow_patterns_of_a_review_share_their_time() -> None:
    ticks = itertools.count()
    given = []
    with allowed(1_000, lambda: float(next(ticks))):
        for _ in range(8):
            with pattern_allowed(0.2) as seconds:
                given.append(seconds)
    assert given[0] == 0.2 and given[-1] == 0.001


def test_no_more_people_are_worked_out_than_a_real_mapping_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_module, "_MOST_VALUES", 10)
    told = review(
        Case(read_mapping(json.dumps(schema())), users=read_users(graph_users(*map(graph_user, range(5)))))
    )
    assert len(told.case.sent) == 2 and "first 2 people" in told.notes[0]


def test_one_rule_does_not_fill_the_list() -> None:
    told = review(
        Case(read_mapping("source,target\n" + "".join(f"mail,x{number}\n" for number in range(200))))
    )
    unused = [one.finding.seen for one in told.findings if one.finding.code == "EX-01"]
    assert len(unused) == 51 and "150 more" in unused[-1]


def test_whatever_goes_wrong_in_there_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    for error, words in (
        (RecursionError(), "too deep"),
        (MemoryError(), "more memory"),
        (KeyError("x"), "shape"),
    ):

        def broken(text: str, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(reading, "_read", broken)
        with pytest.raises(MappingFileError, match=words) as raised:
            read_mapping("source,target\na,b\n")
        assert raised.value.code == "unreadable"


def test_a_rule_or_an_expression_that_fails_leaves_the_rest_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Any:
        raise MemoryError

    case = Case(read_mapping(json.dumps(schema())), users=read_users(graph_users(graph_user(1))))
    monkeypatch.setattr(entra, "_evaluated", broken)
    told = review(case)
    assert told.rows and told.sample is not None
    assert isinstance(told.sample.values["externalId"], Unevaluated)


# ── ten times the input, less than fifteen times the time ────────────────────


def seconds(work: Callable[[str], object], text: str) -> float:
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        with suppress(MappingFileError, ExpressionError):
            work(text)
        best = min(best, time.process_time() - begun)
    return best


SCALED: dict[str, tuple[Callable[[str], object], Callable[[int], str], int]] = {
    "username of marks": (gitlab_username, lambda size: "-" * size + "x", 20_000),
    "username of endings": (gitlab_username, lambda size: "a" + ".git-" * size, 5_000),
    "username of combining marks": (gitlab_username, lambda size: "a" + "\u0316\u0301" * size, 5_000),
    "letters with marks": (without_marks, lambda size: "a" + "\u0316\u0301" * size, 5_000),
    "a date of blanks": (parsed_date, lambda size: "2025-01-01" + " " * size + "x", 50_000),
    "a name id of blanks": (lambda text: spelled(text, "entra"), lambda size: "user" + " " * size, 50_000),
    "comments": (read_mapping, lambda size: "// x\n" * size, 20_000),
    "json after a log": (read_mapping, lambda size: "{" * 3 + " " * size + "x", 100_000),
    "csv that is none": (read_mapping, lambda size: "a,b\n" * size, 10_000),
    "lists of nothing": (read_mapping, lambda size: "[" + "{}," * size + "{}]", 15_000),
    "wrappings beside each other": (read_mapping, lambda size: "[" + '{"value":{}},' * size + "{}]", 8_000),
    "apps": (read_mapping, lambda size: json.dumps([{"signOnMode": "x", "name": "y"}] * size), 2_000),
    "app users": (
        read_mapping,
        lambda size: json.dumps([{"id": "x", "externalId": "y", "syncState": "z"}] * size),
        2_000,
    ),
    "properties": (
        read_mapping,
        lambda size: json.dumps(okta_profile({f"t{number}": ("user.x", "PUSH") for number in range(size)})),
        95,
    ),
    "rows": (read_mapping, lambda size: "source,target\n" + "a,b\n" * size, 95),
    "bars": (read_mapping, lambda size: "|a" * size, 10_000),
    "open quotes": (read_mapping, lambda size: '"' * size, 20_000),
    "page titles": (read_mapping, lambda size: "<html" + "<title" * size, 5_000),
    "terraform": (read_mapping, lambda size: "resource " * size, 10_000),
    "users": (read_users, lambda size: "userPrincipalName,id\n" + "a@x,1\n" * size, 1_000),
    "users in quotes": (read_users, lambda size: 'userPrincipalName,id\n"' + '""' * size, 10_000),
    "template": (lambda text: okta.evaluate(text, {}), lambda size: "${a" * size, 300),
    "expression of brackets": (lambda text: entra.evaluate(text, {}), lambda size: "a(" * size, 450),
    "expression of texts": (lambda text: entra.evaluate(text, {}), lambda size: '"' * size, 900),
}


@pytest.mark.parametrize("name", SCALED)
def test_ten_times_the_input_takes_less_than_fifteen_times_as_long(name: str) -> None:
    work, made, size = SCALED[name]
    few, many = seconds(work, made(size)), seconds(work, made(size * 10))
    assert many < max(0.05, few * 15)


def test_an_address_of_dots_is_judged_in_one_walk() -> None:
    def judged(value: str) -> object:
        return review(
            Case(
                read_mapping(json.dumps(schema())),
                users=read_users(graph_users(graph_user(1, userPrincipalName=value))),
            )
        )

    few, many = (seconds(judged, "a@" + "." * size + "@") for size in (5_000, 50_000))
    assert many < max(0.2, few * 15)
