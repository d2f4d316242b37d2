"""Two exports of one mapping: what is different in meaning."""

from __future__ import annotations

from typing import NamedTuple

from scimtui.mappings.case import probes
from scimtui.mappings.expressions.results import Unevaluated
from scimtui.mappings.model import AttributeMapping, Row
from scimtui.mappings.sending import row_result
from scimtui.mappings.sources import attributes_named


class Difference(NamedTuple):
    """One difference.

    Attributes:
        target: of the row it is about; empty for the whole.
        told: in a sentence.
    """

    target: str
    told: str


def differences(before: AttributeMapping, after: AttributeMapping) -> tuple[Difference, ...]:
    """What was changed from one export to the other; two forms of one source are no difference."""
    found: list[Difference] = []
    former = {row.key: row for row in before.rows}
    latter = {row.key: row for row in after.rows}
    for key, row in former.items():
        if key not in latter:
            found.append(Difference(row.target, f"{row.target}: taken out (was {row.source or 'nothing'})"))
    for key, row in latter.items():
        if key not in former:
            found.append(Difference(row.target, f"{row.target}: added, from {row.source or 'nothing'}"))
        else:
            found += _of_row(former[key], row, after.idp or "entra")
    found += _around(before, after)
    return tuple(found)


def _of_row(before: Row, after: Row, idp: str) -> list[Difference]:
    found = []
    if not is_same_source(before, after, idp):
        found.append(f"source {before.source or 'nothing'} → {after.source or 'nothing'}")
    if before.precedence != after.precedence:
        found.append(f"matching precedence {before.precedence or 'none'} → {after.precedence or 'none'}")
    if before.flow.lower() != after.flow.lower():
        found.append(f"applied {before.flow} → {after.flow}")
    if before.default != after.default:
        found.append(f"default {before.default or 'none'} → {after.default or 'none'}")
    return [Difference(after.target, f"{after.target}: {words}") for words in found]


def is_same_source(before: Row, after: Row, idp: str) -> bool:
    """Whether both come to the same for people whose attributes all differ, or are the same text."""
    if (before.kind, before.source) == (after.kind, after.source):
        return True
    extra = attributes_named(before.source, idp) | attributes_named(after.source, idp)
    for user in probes(extra):
        one = row_result(before, user, idp, complete=True)
        other = row_result(after, user, idp, complete=True)
        if isinstance(one, Unevaluated) or isinstance(other, Unevaluated) or one != other:
            return False
    return True


def _around(before: AttributeMapping, after: AttributeMapping) -> list[Difference]:
    pairs = (
        ("users are sent", before.enabled, after.enabled),
        ("groups are sent", before.groups, after.groups),
        ("actions", _words(before.actions), _words(after.actions)),
        ("scope", " or ".join(before.scope) or "none", " or ".join(after.scope) or "none"),
    )
    found = [
        Difference("", f"{name}: {_told(one)} → {_told(other)}") for name, one, other in pairs if one != other
    ]
    if before.attributes is not None and after.attributes is not None:
        former = {one.name.lower(): one for one in before.attributes}
        for one in after.attributes:
            was = former.get(one.name.lower())
            if was is not None and was[1:] != one[1:]:
                flags = ("primary key", "required", "case exact")
                changed = [
                    f"{flag} {_told(old)} → {_told(new)}"
                    for flag, old, new in zip(flags, was[1:], one[1:], strict=True)
                    if old != new
                ]
                found.append(Difference(one.name, f"{one.name} in the attribute list: {', '.join(changed)}"))
    return found


def _words(actions: frozenset[str] | None) -> str | None:
    return ", ".join(sorted(actions)) if actions is not None else None


def _told(value: object) -> str:
    return (
        {True: "yes", False: "no", None: "not said"}.get(value, str(value))
        if isinstance(value, bool | None)
        else str(value)
    )
