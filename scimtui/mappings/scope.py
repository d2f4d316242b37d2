"""Who falls out of a scope filter (mapping-rules 3): groups are alternatives, clauses hold together.

They count capitals, and a clause about an attribute without a value does not hold. An operator that is not
known, and an attribute that the export does not have, leave the answer open.
"""

from __future__ import annotations

from scimtui.mappings.expressions.entra import Attributes
from scimtui.mappings.expressions.patterns import fits_whole, found_in
from scimtui.mappings.expressions.results import Stop
from scimtui.mappings.model import Clause
from scimtui.mappings.users import User

Filters = tuple[tuple[Clause, ...], ...] | None
_WHOLE_DIGITS = 18
_OPEN = "the scope filter can't be read here"


def outside(filters: Filters, user: User, *, complete: bool) -> bool | str:
    """Whether a person falls out of the scope; or why that can't be told.

    Args:
        complete: whether an attribute that is not named has no value; else it is not known.
    """
    if filters is None:
        return _OPEN
    if not filters:
        return False
    known = {name.lower(): value for name, value in user.attributes.items()}
    open_for = ""
    for group in filters:
        told = [_holds(clause, known, complete=complete) for clause in group]
        if any(one is False for one in told):
            continue
        reason = next((one for one in told if isinstance(one, str)), "")
        if not reason:
            return False
        open_for = open_for or reason
    return open_for or True


def _holds(clause: Clause, known: Attributes, *, complete: bool) -> bool | str:
    name = clause.attribute.lower()
    if name not in known and not complete:
        return f"{clause.attribute} is not in the export, and the scope filter asks for it"
    value = known.get(name)
    operator = " ".join(clause.operator.upper().replace("_", " ").split())
    if operator in ("IS NULL", "ISNULL"):
        return value is None or value == ""
    if operator in ("IS NOT NULL", "ISNOTNULL"):
        return value is not None and value != ""
    if value is None or value == "":
        return False
    if not isinstance(value, str | bool):
        return f"{clause.attribute} has several values, which the scope filter asks for"
    text = ("True" if value else "False") if isinstance(value, bool) else value
    try:
        return _compared(operator, text, clause)
    except Stop:
        return f"the pattern of the scope filter for {clause.attribute} can't be worked out here"


def _compared(operator: str, text: str, clause: Clause) -> bool | str:
    values = clause.values
    match operator:
        case "EQUALS":
            return _equals(text, values, clause)
        case "NOT EQUALS":
            found = _equals(text, values, clause)
            return found if isinstance(found, str) else not found
        case "IS TRUE":
            return text.lower() == "true"
        case "IS FALSE":
            return text.lower() == "false"
        case "INCLUDES":
            return any(value in text for value in values)
        case "REGEX MATCH" | "NOT REGEX MATCH":
            fits = [_fits(value, text) for value in values]
            if any(one is None for one in fits):
                return (
                    f"whether the pattern for {clause.attribute} has to fit the whole value is not documented"
                )
            return any(fits) is (operator == "REGEX MATCH")
        case "GREATER THAN" | "GREATER THAN OR EQUALS":
            numbers = [_number(one) for one in (text, *values[:1])]
            if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
                return f"{clause.attribute} is compared as a number, and is none"
            return numbers[0] > numbers[1] or (operator.endswith("EQUALS") and numbers[0] == numbers[1])
    return f"the scope filter has an operator that is not known here: {clause.operator}"


def _equals(text: str, values: tuple[str, ...], clause: Clause) -> bool | str:
    if text in values:
        return True
    if text in ("True", "False") and text.lower() in {value.lower() for value in values}:
        return f"whether capitals count for {clause.attribute}, which is yes or no, is not documented"
    return False


def _fits(pattern: str, text: str) -> bool | None:
    """Whether a pattern fits; None where it fits a part of the value alone."""
    if fits_whole(pattern, text):
        return True
    return False if found_in(pattern, text) is None else None


def _number(text: str) -> int | None:
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= _WHOLE_DIGITS else None
