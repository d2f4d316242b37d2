"""The whole text of a person's screen: the story, what disagrees, the journal, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from scimtui.corrections import Action, Entry
from scimtui.diagnosis import Offer
from scimtui.text import age, printable, visible_blanks
from scimtui.tui.outcomes import OUTCOMES
from scimtui.tui.widgets.hanging import Piece, hung
from scimtui.tui.widgets.person_view import finding_pieces, head_pieces, value_pieces
from scimtui.workspace import Examined

# key, what it does
OFFERS: Mapping[Offer, tuple[str, str]] = {
    Offer.COMPARE: ("v", "compare with a captured sign-in"),
    Offer.CORRECT: ("c", "correct a stored value"),
    Offer.SWAP: ("w", "swap with the person who holds their value"),
    Offer.REACTIVATE: ("a", "re-activate over SCIM: the default role comes back"),
    Offer.REMOVE_SAML: ("x", "remove what is stored for sign-in: membership and account stay"),
    Offer.REMOVE_SCIM: ("z", "remove what is stored for SCIM: membership, account and sign-in stay"),
    Offer.DEACTIVATE: ("d", "deactivate over SCIM: every membership of the group goes"),
}
ON_AN_INSTANCE: Mapping[Offer, str] = {
    Offer.REACTIVATE: "re-activate over SCIM: the account is unblocked",
    Offer.DEACTIVATE: "deactivate over SCIM: the account is blocked for the whole instance",
}
_LINE = "\n"
_ENTRIES = 5


def case_content(examined: Examined, now: float, width: int) -> Content:
    """Everything about one person.

    Args:
        now: seconds since the epoch.
        width: cells there are for it.
    """
    case = examined.case
    pieces: list[Piece] = [*head_pieces(examined.person), *value_pieces(examined.person, width)]
    pieces += [_LINE, (case.story, "bold"), _LINE]
    pieces += finding_pieces(case.findings, width)
    pieces += _offers(case.offers, width, ON_AN_INSTANCE if examined.person.known.instance else {})
    pieces += _journal(examined.entries, now, width)
    return Content.assemble(*pieces)


def _offers(offers: tuple[Offer, ...], width: int, instead: Mapping[Offer, str]) -> list[Piece]:
    pieces: list[Piece] = [_LINE, "What can be done", _LINE]
    for offer in offers:
        key, text = OFFERS[offer]
        pieces += [hung([(f" {key} ", "bold $accent"), " "], [instead.get(offer, text)], width), _LINE]
    return pieces


def _journal(entries: tuple[Entry, ...], now: float, width: int) -> list[Piece]:
    if not entries:
        return []
    pieces: list[Piece] = [_LINE, "Changed here before", _LINE]
    for entry in entries[:_ENTRIES]:
        pieces += [entry_content(entry, now, width), _LINE]
    if len(entries) > _ENTRIES:
        pieces += [(f"   and {len(entries) - _ENTRIES:,} more in History", "$quiet"), _LINE]
    return pieces


def entry_content(entry: Entry, now: float, width: int) -> Content:
    """One entry, in a line where it fits."""
    change = entry.intent.change
    look = OUTCOMES[entry.outcome]
    what = (
        change.identity.words
        if change.action is Action.CHANGE
        else f"{change.action.value}, {change.identity.words}"
    )
    values = visible_blanks(change.old)
    if change.new is not None:
        values += f" → {visible_blanks(change.new)}"
    when = age(max(0.0, now - entry.at.timestamp()))
    style = "" if look.colour == "plain" else f"${look.colour}"
    return hung(
        [(f" {entry.number:>3} ", "$quiet"), (f"{look.label:<13}", style), " "],
        [
            f"{what}: {values}",
            (f"  {when}", "$quiet"),
            (f"  {printable(entry.intent.reason)}" if entry.intent.reason else "", "$quiet"),
        ],
        width,
    )
