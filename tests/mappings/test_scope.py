"""Whom a scope filter leaves out: nothing is sent for them, and they are none of those who could sign in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scimtui.mappings import (
    Answers,
    Case,
    NameId,
    Stored,
    as_markdown,
    impact,
    read_mapping,
    read_users,
    review,
)
from tests.mappings.samples import graph_user, graph_users, schema

PEOPLE = [
    graph_user(1, department="Research", employeeId="15"),
    graph_user(2, department="Sales", employeeId="7", accountEnabled=False),
    graph_user(3, department=None, employeeId="x1"),
]
OUTCOMES = {"works": "in", "outside": "out", "unknown": "?"}


def clause(attribute: str, operator: str, *values: str) -> dict[str, Any]:
    return {
        "sourceOperandName": attribute,
        "operatorName": operator,
        "targetOperand": {"values": list(values)},
    }


def groups(*told: list[dict[str, Any]]) -> dict[str, Any]:
    return {"groups": [{"name": "g", "clauses": clauses} for clauses in told]}


def case(scope: Any, **more: Any) -> Case:
    mapping = read_mapping(json.dumps(schema(scope=scope)))
    return Case(mapping, NameId("user.objectid"), read_users(graph_users(*PEOPLE)), **more)


RESEARCH = clause("department", "EQUALS", "Research")


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (None, "in in in"),
        ({"groups": []}, "in in in"),
        (groups([]), "in in in"),
        (groups([RESEARCH]), "in out out"),
        (groups([clause("department", "EQUALS", "research")]), "out out out"),
        (groups([clause("department", "EQUALS", "Sales", "Research")]), "in in out"),
        (groups([clause("department", "NOT EQUALS", "Sales")]), "in out out"),
        (groups([RESEARCH], [clause("department", "EQUALS", "Sales")]), "in in out"),
        (groups([RESEARCH, clause("employeeId", "EQUALS", "7")]), "out out out"),
        (groups([clause("department", "IS NULL")]), "out out in"),
        (groups([clause("department", "IS_NOT_NULL")]), "in in out"),
        (groups([clause("accountEnabled", "IS TRUE")]), "in out in"),
        (groups([clause("accountEnabled", "IS FALSE")]), "out in out"),
        (groups([clause("department", "INCLUDES", "ear")]), "in out out"),
        (groups([clause("department", "REGEX MATCH", "Res.*")]), "in out out"),
        (groups([clause("department", "NOT REGEX MATCH", "Res.*")]), "out in out"),
        (groups([clause("department", "REGEX MATCH", "Res")]), "? out out"),  # a part of it alone
        (groups([clause("employeeId", "GREATER_THAN", "10")]), "in out ?"),
        (groups([clause("employeeId", "Greater_Than_OR_EQUALS", "7")]), "in in ?"),
        (groups([clause("department", "IS MEMBER OF", "x")]), "? ? out"),
        (groups([clause("city", "EQUALS", "x")]), "? ? ?"),
        (groups([clause("city", "EQUALS", "x")], [RESEARCH]), "in ? ?"),
        (groups([clause("city", "EQUALS", "x"), RESEARCH]), "? out out"),
        (groups([clause("accountEnabled", "EQUALS", "true")]), "? out ?"),
        (groups([clause("department", "REGEX MATCH", "Res{e}")]), "? ? out"),
        ({"groups": "x"}, "? ? ?"),
        ({"groups": [], "categoryFilterGroups": [{"clauses": []}]}, "? ? ?"),
        (groups([{"operatorName": "EQUALS"}]), "? ? ?"),
    ],
)
def test_who_is_in(scope: Any, expected: str) -> None:
    assert " ".join(OUTCOMES[one.outcome] for one in case(scope).sent) == expected


def test_whoever_is_out_counts_apart() -> None:
    told = review(case(groups([RESEARCH])))
    assert (told.working, told.failing, told.unknown) == (1, (), 0)
    assert told.outside == ("person2@acme.example", "person3@acme.example")
    scoped = next(one for one in told.findings if one.finding.code == "SC-01")
    assert "left out of scope 2 of 3" in scoped.finding.seen and len(scoped.people) == 2
    assert told.as_json()["users"] == {
        "works": 1,
        "fails": [],
        "unknown": 0,
        "out_of_scope": ["person2@acme.example", "person3@acme.example"],
    }
    assert "out of scope: 2" in as_markdown(told)


def test_a_sample_who_is_out_is_sent_nothing() -> None:
    one = case(groups([RESEARCH]))
    told = review(one, one.users.people[1] if one.users else None).sample
    assert told is not None and (told.outcome, told.values, told.stored) == ("outside", {}, {})
    assert "left out" in told.why or "leaves them out" in told.why


def test_what_can_t_be_told_is_counted_too() -> None:
    told = review(case(groups([clause("city", "EQUALS", "x")])))
    assert told.unknown == 3 and not told.outside
    assert any("not known for 3" in one.finding.seen for one in told.findings)


def test_rules_about_values_look_at_those_inside_alone() -> None:
    people = [graph_user(1, department="Research"), graph_user(2, department="Sales", displayName="")]
    mapping = read_mapping(json.dumps(schema(scope=groups([RESEARCH]))))
    found = {
        one.finding.code for one in review(Case(mapping, users=read_users(graph_users(*people)))).findings
    }
    assert "NA-02" not in found and "ID-08" not in found


def test_who_is_stored_and_out_would_be_deactivated_and_not_renamed() -> None:
    stored = Stored(2, "Two", "person2@acme.example", "old", "old", True)
    told = impact(case(groups([RESEARCH]), stored=(stored,), answers=Answers()))
    assert told is not None and not told.changes
    assert "deactivated" in told.not_known[0].why
