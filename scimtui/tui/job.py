"""What the editor is opened for, and how it names the person and what is stored."""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content

from scimtui.corrections import BOTH, Action, Identity, Subject
from scimtui.directory import Record
from scimtui.text import cell_width, printable, printable_name, visible_blanks
from scimtui.tui.widgets.hanging import Piece, height, hung
from scimtui.tui.widgets.person_view import marked_difference

IDENTITIES = (
    (Identity.SCIM.value, "for SCIM (externalId)"),
    (Identity.SAML.value, "for sign-in (NameID)"),
    (BOTH, "both"),
)
TITLES = {
    Action.CHANGE: "Correct an identity",
    Action.REACTIVATE: "Re-activate a SCIM identity",
    Action.DEACTIVATE: "Deactivate a SCIM identity",
    Action.REMOVE: "Remove an identity",
}


class Job(NamedTuple):
    """What the editor is opened for.

    Attributes:
        value: prefilled; empty for none.
        origin: where that is from, in words.
        idp_holds: whether the identity provider is known to hold it as externalId.
        swap_with: key of the person to swap with; None for no swap.
        undo: number of the entry to take back; None for none.
    """

    action: Action = Action.CHANGE
    wanted: str = Identity.SCIM.value
    value: str = ""
    origin: str = ""
    idp_holds: bool = False
    swap_with: str | None = None
    undo: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether identity and value can be chosen."""
        return self.action is Action.CHANGE and self.swap_with is None and self.undo is None


def who_content(job: Job, subject: Subject) -> Content:
    """What is done, and to whom."""
    facts = (
        printable_name(subject.name),
        f"@{printable(subject.username)}" if subject.username else "",
        printable(subject.email),
        f"user {subject.user_id}" if subject.user_id is not None else "",
    )
    title = "Swap two people's values" if job.swap_with else TITLES[job.action]
    if job.action is Action.REMOVE:
        title = f"Remove what is {Identity(job.wanted).words}"
    if job.undo is not None:
        title = f"Undo entry {job.undo}"
    who = " · ".join(fact for fact in facts if fact)
    return Content.assemble((title, "bold"), "   ", (who, "$quiet"))


def stored_content(record: Record, wanted: str, value: str, width: int, note: str = "") -> Content:
    """What is stored, with the characters marked that differ from the new value; each value whole.

    Args:
        width: cells there are for it.
        note: when that was, where it fits behind the value.
    """
    parts: list[Content] = []
    for identity, stored in ((Identity.SCIM, record.scim_uid), (Identity.SAML, record.saml_uid)):
        if wanted not in (identity.value, BOTH):
            continue
        pieces: list[Piece] = [("nothing", "$quiet")]
        if stored is not None:
            pieces = list(marked_difference(stored, value)) if value else [visible_blanks(stored)]
        shown = hung((), pieces, width, within=False)
        which = identity.words if wanted == BOTH else ""
        room = width - shown.cell_length - 2 if height(shown) == 1 else 0
        tries = ("  ".join(text for text in (which, note) if text), which)
        said = next((text for text in tries if text and cell_width(text) <= room), "")
        parts.append(Content.assemble(shown, (f"  {said}", "$quiet")) if said else shown)
    return Content("\n").join(parts)
