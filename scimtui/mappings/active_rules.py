"""Rules about `active`: who is deactivated, and who never is (AC-…)."""

from __future__ import annotations

from collections.abc import Callable

from scimtui.mappings.case import Case
from scimtui.mappings.expressions.entra_parser import Attribute, Call, Compare, Text, Word
from scimtui.mappings.expressions.results import ExpressionError, Null, Unevaluated, Value
from scimtui.mappings.found import Found, told
from scimtui.mappings.sending import ACTIVE
from scimtui.mappings.sources import of_attribute, tree_of

Rule = Callable[[Case], list[Found] | None]
_FLAGS = frozenset({"issoftdeleted", "accountenabled"})


def _active_missing(case: Case) -> list[Found]:
    return [] if case.is_sent(ACTIVE) else [Found()]


def _truth(case: Case, soft_deleted: bool) -> str:
    result = case.active_for(soft_deleted)
    return result.text.lower() if isinstance(result, Value) else ""


def _is_unknown(case: Case) -> bool:
    return any(isinstance(case.active_for(state), Unevaluated) for state in (False, True))


def _reversed(case: Case) -> list[Found] | None:
    """Evaluated for somebody who is in and for somebody who is out."""
    row = case.active
    if row is None:
        return []
    if _is_unknown(case):
        return None
    inside, outside = _truth(case, False), _truth(case, True)
    if (inside != "false" and outside == "false") or not case.attributes(row.source) & {"issoftdeleted"}:
        return []
    variant = ""
    if inside != "false":
        variant = "stay" if inside == outside == "true" else "unsent"
    elif outside != "true":
        variant = "nobody"
    seen = f"in scope: {told(case.active_for(False))}, out: {told(case.active_for(True))}"
    return [Found(seen, ACTIVE, variant=variant)]


def _not_by_assignment(case: Case) -> list[Found]:
    row = case.active
    if row is None or not case.is_sent(ACTIVE) or "issoftdeleted" in case.attributes(row.source):
        return []
    return [Found(row.source or "nothing", ACTIVE)]


def _active_on_creation(case: Case) -> list[Found]:
    row = case.active
    return [Found(row.flow, ACTIVE)] if row is not None and row.flow.lower() != "always" else []


def _no_updates(case: Case) -> list[Found] | None:
    actions = case.mapping.actions
    if actions is None:
        return None
    return [Found(", ".join(sorted(actions)) or "none")] if "update" not in actions else []


def _other_actions(case: Case) -> list[Found] | None:
    actions = case.mapping.actions
    if actions is None:
        return None
    missing = sorted({"create", "delete"} - actions)
    return [Found(f"{' and '.join(missing)} missing")] if missing else []


def _active_odd(case: Case) -> list[Found] | None:
    """A default, a key that never fits by its capitals, or a result that is neither true nor false."""
    row = case.active
    if row is None or not case.attributes(row.source) & _FLAGS:
        return []
    if row.default:
        return [Found(f"default {row.default}", ACTIVE)]
    unfit = _unfit(row.source)
    if unfit:
        return [Found(f"never fits: {', '.join(unfit)}", ACTIVE, variant="keys")]
    if "issoftdeleted" not in case.attributes(row.source):
        return []
    if _is_unknown(case):
        return None
    results = [case.active_for(state) for state in (False, True)]
    odd = [
        told(result)
        for result in results
        if isinstance(result, Null)
        or (isinstance(result, Value) and result.text.lower() not in ("true", "false"))
    ]
    return [Found(odd[0], ACTIVE)] if odd else []


def _unfit(source: str) -> list[str]:
    """Texts that a flag is held against and that it never is: it comes as True or False, with a capital."""
    try:
        tree = tree_of(of_attribute(source, "entra"), "entra")
    except ExpressionError:
        return []
    found: list[str] = []
    left: list[object] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, Call) and node.name == "Switch" and _is_flag(node.slots[:1]):
            found += [key.value for key in node.slots[2::2] if isinstance(key, Text | Word)]
        if isinstance(node, Compare) and (_is_flag((node.left,)) or _is_flag((node.right,))):
            found += [side.value for side in (node.left, node.right) if isinstance(side, Text | Word)]
        if isinstance(node, tuple):
            left += [child for child in node if isinstance(child, tuple)]
    return [f"“{key}”" for key in dict.fromkeys(found) if key not in ("True", "False", "")]


def _is_flag(slots: tuple[object, ...]) -> bool:
    return any(isinstance(slot, Attribute) and slot.name.lower() in _FLAGS for slot in slots)


ACTIVE_RULES: dict[str, Rule] = {
    "AC-01": _active_missing,
    "AC-02": _reversed,
    "AC-03": _not_by_assignment,
    "AC-04": _active_on_creation,
    "AC-05": _no_updates,
    "AC-06": _other_actions,
    "AC-07": _active_odd,
}
