"""The review: a table of the rows, what each rule found, what was not checked, and one sample user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scimtui.findings import Finding, FindingTexts, Severity
from scimtui.mappings.active_rules import ACTIVE_RULES
from scimtui.mappings.attribute_rules import ATTRIBUTE_RULES
from scimtui.mappings.case import Case
from scimtui.mappings.comparing import is_same_source
from scimtui.mappings.expressions.allowance import allowed
from scimtui.mappings.expressions.results import Result, Unevaluated, Value
from scimtui.mappings.found import Found
from scimtui.mappings.guard import cause
from scimtui.mappings.identity_rules import IDENTITY_RULES
from scimtui.mappings.impact import Impact, impact
from scimtui.mappings.model import Kind, Row, key_of
from scimtui.mappings.sending import OKTA_SENDS, USED_AS, Sent, send, username_row
from scimtui.mappings.setting_rules import SETTING_RULES
from scimtui.mappings.users import User

TEXTS = FindingTexts(Path(__file__).with_name("rules.toml"))
RULES = {**IDENTITY_RULES, **ACTIVE_RULES, **ATTRIBUTE_RULES, **SETTING_RULES}
GROUPS = {
    "sign-in": "Can people sign in",
    "leavers": "Do leavers lose access",
    "noise": "Noise",
}
_NEEDS = {
    "E": "Entra's schema file",
    "P": "Okta's JSON",
    "N": "the NameID's source, or a captured sign-in",
    "G": "the group's people",
    "U": "a user export",
    "L": "a provisioning log",
    "C": "an administrator's answer",
    "E2": "a second export",
}
_TOO_LITTLE = "more than what was given tells: a value that can't be worked out, or a part of the file"
_SECONDS, _PEOPLE_A_SECOND = 10, 1_000
"""How long a whole review may evaluate, and for how many people it gets a second more."""
_MOST_OF_ONE = 50
"""Findings of one rule that are told one by one."""
_ORDER = ("B", "H", "M", "L", "I")


class Judged(NamedTuple):
    """One finding of the review.

    Attributes:
        row: target of the row that it is about; empty for the whole mapping.
        group: key of `GROUPS`.
        people: labels of those it is about.
    """

    finding: Finding
    row: str
    group: str
    grade: str
    people: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """DESIGN's finding, with its row."""
        return {**self.finding.as_json(), "row": self.row or None}


class ReviewedRow(NamedTuple):
    """One row as it is judged.

    Attributes:
        used_as: what GitLab uses it for; empty for nothing.
        advice: `delete`, or empty.
        expected: GitLab's row for this; None where its table has none.
        as_expected: whether this row comes to the same as that.
    """

    row: Row
    used_as: str
    severity: Severity
    codes: tuple[str, ...]
    advice: str = ""
    expected: Row | None = None
    as_expected: bool = False

    def as_json(self) -> dict[str, object]:
        """DESIGN's row."""
        return {
            "source": self.row.source,
            "target": self.row.target,
            "matching": self.row.precedence or None,
            "flow": self.row.flow,
            "used_as": self.used_as or None,
            "severity": self.severity.value,
            "codes": list(self.codes),
        }


class NotChecked(NamedTuple):
    """A rule without its inputs."""

    code: str
    title: str
    needs: str


@dataclass(frozen=True, slots=True)
class Review:
    """A whole review.

    Attributes:
        missing: rows of the recommended table that are not there.
        by_itself: rows that Okta's catalogue app sends without a profile mapping.
        sample: one user, worked out; None where there is none.
        failing: who of the export could not sign in.
        working: how many could; `unknown`: for how many it can't be told.
        outside: whom the scope filter leaves out, so that they are none of these.
        notes: what else is to be said of how the files were read.
        impact: on the people who are stored; None where nobody is known.
    """

    case: Case
    rows: tuple[ReviewedRow, ...]
    missing: tuple[Row, ...]
    by_itself: tuple[Row, ...]
    findings: tuple[Judged, ...]
    not_checked: tuple[NotChecked, ...]
    sample: Sent | None
    failing: tuple[str, ...]
    working: int
    unknown: int
    impact: Impact | None = None
    outside: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a blocker was found."""
        return any(one.finding.severity is Severity.ERROR for one in self.findings)

    def number(self, severity: Severity) -> int:
        """How many findings are of this severity."""
        return sum(one.finding.severity is severity for one in self.findings)

    def as_json(self) -> dict[str, object]:
        """DESIGN's "review", with what was not checked and how the export fares beside it."""
        case = self.case
        return {
            "idp": case.mapping.idp or None,
            "kind": case.mapping.kind.value,
            "rows": [row.as_json() for row in self.rows],
            "missing": [
                {"source": row.source, "target": row.target, "matching": row.precedence or None}
                for row in self.missing
            ],
            "findings": [one.as_json() for one in self.findings],
            "sample": sample_json(self.sample) if self.sample is not None else None,
            "not_checked": [
                {"code": one.code, "title": one.title, "needs": one.needs} for one in self.not_checked
            ],
            "users": {
                "works": self.working,
                "fails": list(self.failing),
                "unknown": self.unknown,
                "out_of_scope": list(self.outside),
            }
            if case.users is not None
            else None,
            "impact": self.impact.as_json() if self.impact is not None else None,
            "notes": list(self.notes),
        }


def review(case: Case, sample: User | None = None) -> Review:
    """Review a mapping.

    Args:
        sample: the user that is worked out; None for the first of the export.
    """
    people = len(case.users.people) if case.users is not None else 0
    people += len(case.stored) if case.stored is not None else 0
    with allowed(_SECONDS + people / _PEOPLE_A_SECOND):
        return _reviewed_within(case, sample)


def _reviewed_within(case: Case, sample: User | None) -> Review:
    findings, not_checked = judge(case)
    by_key: dict[str, list[Judged]] = {}
    keys = [row.key for row in case.mapping.rows]
    written = {key_of(row.target): row.key for row in reversed(case.mapping.rows)}
    for one in findings:
        # two rows with one target share what was found of it
        key = written.get(key_of(one.row), key_of(one.row)) if one.row else ""
        by_key.setdefault(key, []).append(one)
    judged = {key: _told_of(by_key.get(key, [])) for key in dict.fromkeys(keys)}
    rows = tuple(_reviewed(row, *judged[key], case) for row, key in zip(case.mapping.rows, keys, strict=True))
    person = sample or (case.users.people[0] if case.users is not None and case.users.people else None)
    worked = (
        send(case.mapping, case.name_id, person, complete=case.complete or person.complete)
        if person is not None
        else None
    )
    notes = (*case.mapping.notes, *(case.users.notes if case.users is not None else ()))
    if case.users is not None and len(case.users.people) > case.most_people:
        notes = (
            *notes,
            f"worked out for the first {case.most_people:,} people alone: it would be too much else",
        )
    try:
        told = impact(case)
    except Exception as error:
        told, notes = None, (*notes, f"the impact can't be worked out: {cause(error)}")
    return Review(
        case,
        rows,
        _missing(case),
        _by_itself(case),
        findings,
        not_checked,
        worked,
        tuple(one.user.label for one in case.sent if one.outcome == "fails"),
        sum(one.outcome == "works" for one in case.sent),
        sum(one.outcome == "unknown" for one in case.sent),
        told,
        tuple(one.user.label for one in case.outside),
        notes,
    )


def judge(case: Case) -> tuple[tuple[Judged, ...], tuple[NotChecked, ...]]:
    """Run every rule that is about this identity provider: what was found, and what was not checked."""
    judged: list[Judged] = []
    not_checked: list[NotChecked] = []
    for code, text in TEXTS.all().items():
        if not _concerns(code, text["needs"], case):
            continue
        rule = RULES.get(code)
        try:
            found = rule(case) if rule is not None and _has(text["needs"], case) else None
        except Exception as error:
            not_checked.append(NotChecked(code, text["title"], f"an input without a fault: {cause(error)}"))
            continue
        if found is None:
            not_checked.append(NotChecked(code, text["title"], _missing_inputs(text["needs"], case)))
            continue
        judged += [_judged(code, one, case.idp) for one in found[:_MOST_OF_ONE]]
        if len(found) > _MOST_OF_ONE:
            more = Found(f"and {len(found) - _MOST_OF_ONE:,} more of the same")
            judged.append(_judged(code, more, case.idp))
    judged.sort(key=lambda one: (_ORDER.index(one.grade), list(GROUPS).index(one.group)))
    return tuple(judged), tuple(not_checked)


def _judged(code: str, found: Found, idp: str) -> Judged:
    """In the words of the rule; those of its variant, or of the identity provider, where it has some."""
    text = {**TEXTS.all()[code]}
    for kind in (idp, found.variant):
        text |= {name: text[key] for name in _WORDS if kind and (key := f"{name}_{kind}") in text}
    finding = Finding(
        code, Severity(text["severity"]), text["title"], found.seen, text["why"], text["fix"], text["source"]
    )
    return Judged(finding, found.target, text["group"], text["grade"], found.people)


_WORDS = ("severity", "grade", "title", "why", "fix")
_ABOUT = {"OK": "okta", "KC": "keycloak", "GW": "google"}


def _concerns(code: str, needs: str, case: Case) -> bool:
    """Rules about another identity provider are none of this review's."""
    if _ABOUT.get(code[:2], case.idp) != case.idp:
        return False
    letters = set(needs.replace("+", "/").split("/"))
    if case.mapping.idp == "okta":
        return "E" not in letters or "P" in letters
    return "P" not in letters or "E" in letters


def _there(case: Case) -> dict[str, bool]:
    """Which inputs are there; what an administrator must answer, the rule itself looks for."""
    return {
        "E": case.mapping.idp != "okta" and bool(case.mapping.rows),
        "P": case.mapping.idp == "okta",
        "N": case.name_id is not None,
        "G": case.stored is not None,
        "U": case.users is not None,
        "L": False,
        "C": True,
        "E2": case.former is not None,
    }


def _has(needs: str, case: Case) -> bool:
    """Whether a rule's inputs are there."""
    if needs == "C+G":
        return True  # an earlier export tells as well as the group's people
    there = _there(case)
    return all(any(there[letter] for letter in part.split("/")) for part in needs.split("+"))


def _missing_inputs(needs: str, case: Case) -> str:
    """What a rule needs and was not given, in words."""
    there = {**_there(case), "C": False}
    missing = [part for part in needs.split("+") if not any(there[letter] for letter in part.split("/"))]
    words = " and ".join(" or ".join(_NEEDS[letter] for letter in part.split("/")) for part in missing)
    return words or _TOO_LITTLE


_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def _told_of(found: list[Judged]) -> tuple[Severity, tuple[str, ...]]:
    """The gravest of what was found, and its codes."""
    severities = {one.finding.severity for one in found}
    worst = next((severity for severity in _SEVERITIES if severity in severities), Severity.OK)
    return worst, tuple(dict.fromkeys(one.finding.code for one in found))


def _reviewed(row: Row, worst: Severity, codes: tuple[str, ...], case: Case) -> ReviewedRow:
    used = USED_AS.get(row.key, "")
    unused = "EX-01" in codes or "EX-02" in codes or row.key == "id"
    expected = case.recommended.row(row.key)
    same = (
        expected is not None
        and row.precedence == expected.precedence
        and is_same_source(expected, row, case.idp)
    )
    return ReviewedRow(row, used, worst, codes, "delete" if unused else "", expected, same)


def _missing(case: Case) -> tuple[Row, ...]:
    if case.mapping.idp == "okta" or case.mapping.kind not in (Kind.ENTRA_SCHEMA, Kind.TABLE):
        return ()
    there = {USED_AS.get(row.key, row.key) for row in case.mapping.rows if row.key != "id"}
    return tuple(row for row in case.recommended.rows if USED_AS[row.key] not in there)


def _by_itself(case: Case) -> tuple[Row, ...]:
    """What Okta sends without a row for it: the id, and what makes the application username."""
    if case.mapping.idp != "okta":
        return ()
    there = {row.key for row in case.mapping.rows}
    rows = (OKTA_SENDS["externalid"], username_row(case.mapping))
    return tuple(row for row in rows if row.key not in there)


def result_json(result: Result) -> object:
    """A result: its text or list, null for NULL, and an object with the reason where it was not evaluated."""
    if isinstance(result, Value):
        return result.content if isinstance(result.content, str) else list(result.content)
    return {"not_evaluated": result.reason} if isinstance(result, Unevaluated) else None


def sample_json(sent: Sent) -> dict[str, object]:
    """DESIGN's sample."""
    return {
        "input": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in sent.user.attributes.items()
        },
        "sent": {target: result_json(result) for target, result in sent.values.items()},
        "stored": dict(sent.stored),
        "name_id": result_json(sent.name_id),
        "outcome": sent.outcome,
    }
