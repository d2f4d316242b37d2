"""Entries of the trouble catalogue, one a row; the one under the cursor is told in full."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from scimtui.guides.trouble import SCREENS, Match, Trouble, Values
from scimtui.text import cell_width, cut, fit, hanging, printable
from scimtui.tui.widgets.plain_list import PlainList

_NAME = 9
_TITLE = 48


class Known(NamedTuple):
    """What is stored for the person that a text is about."""

    name: str
    scim_uid: str | None


class TroubleList(PlainList):
    """Rows of one line each, but for the one under the cursor."""

    DEFAULT_CSS = """
    TroubleList > .option-list--option-highlighted, TroubleList:focus > .option-list--option-highlighted {
        background: $background; color: $foreground; text-style: none;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "select", "go there", key_display="⏎", tooltip="Open what tells or mends it", id="go"
        )
    ]

    def __init__(self) -> None:
        super().__init__()
        self._matches: list[Match] = []
        self._values = Values()
        self._known: Known | None = None
        self._leads: frozenset[str] = frozenset()
        self._open: int | None = None

    @property
    def match(self) -> Match | None:
        """The entry under the cursor."""
        if self.highlighted is None or self.highlighted >= len(self._matches):
            return None
        return self._matches[self.highlighted]

    def show(self, matches: list[Match], values: Values, known: Known | None, leads: frozenset[str]) -> None:
        """Show these, the first in full.

        Args:
            known: of the person that the text is about; None where nobody was found.
            leads: screens that can be opened now.
        """
        self._matches, self._values, self._known, self._leads = matches, values, known, leads
        self._open = 0 if matches else None
        self.clear_options()
        self.add_options([Option(self._row(place)) for place in range(len(matches))])
        self.highlighted = self._open
        self.scroll_home(animate=False)

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        former, self._open = self._open, event.option_index
        for place in {former, self._open} - {None}:
            if place is not None and place < len(self._matches):
                self.replace_option_prompt_at_index(place, self._row(place))
        # The row has grown since the list looked whether it is in view.
        self.call_after_refresh(self.scroll_to_highlight)

    def on_resize(self) -> None:
        """Wrap anew."""
        for place in range(len(self._matches)):
            self.replace_option_prompt_at_index(place, self._row(place))

    def _row(self, place: int) -> Content:
        match = self._matches[place]
        width = max(40, self.size.width - 3)
        trouble = match.trouble
        if place != self._open:
            room = max(cell_width(trouble.title), min(_TITLE, width // 2))
            title = fit(cut(trouble.title, width - 6), min(room, width - 6))
            who = cut(trouble.shown_by, max(0, width - 8 - room))
            return Content.assemble((f"{place + 1:>4}  ", "$quiet"), title, "  ", (who, "$quiet"))
        head = f"{place + 1} of {len(self._matches)}"
        parts = [
            *_title(head, trouble, width),
            *self._evidence(match, width),
            Content(""),
            _part("Why", trouble.cause, width),
            _part("Tell", trouble.tell, width),
            *self._comparison(trouble, width),
            _part("Fix", trouble.fix, width),
            *self._lead(trouble, width),
            Content(""),
        ]
        return Content("\n").join(parts)

    @staticmethod
    def _evidence(match: Match, width: int) -> list[Content]:
        if not match.evidence:
            return []
        words = " and ".join(f"“{printable(one)}”" for one in match.evidence)
        how = "found by the words" if match.by_words else "matched"
        several = len(match.events)
        where = f", in {several} event{'' if several == 1 else 's'} of the text" if several else ""
        return [Content.assemble((hanging(f"{how} {words}{where}", " " * (_NAME + 1), width), "$quiet"))]

    def _comparison(self, trouble: Trouble, width: int) -> list[Content]:
        """What is sent and what is stored, where the entry is about that and both are known."""
        if trouble.screen != "correct" or self._known is None or not self._values.uid:
            return []
        sent, stored = self._values.uid, self._known.scim_uid
        indent = " " * (_NAME + 3)
        colour = "$success" if sent == stored else "$error"
        held = printable(stored) if stored is not None else "no SCIM identity"
        lines = (
            ("IdP sends   ", (printable(sent), "$foreground"), "from the text"),
            ("GitLab has  ", (held, colour), printable(self._known.name)),
        )
        room = width - len(indent) - len(lines[0][0]) - 3
        return [
            Content.assemble(
                indent,
                label,
                value,
                # Said above already: it is left out where it would wrap.
                (f"   {note}" if cell_width(value[0]) + cell_width(note) <= room else "", "$quiet"),
            )
            for label, value, note in lines
        ]

    def _lead(self, trouble: Trouble, width: int) -> list[Content]:
        if not trouble.screen:
            return []
        indent = " " * (_NAME + 1)
        if trouble.screen not in self._leads:
            return [
                Content.assemble(
                    indent,
                    ("with a profile open, ⏎ leads to ", "$quiet"),
                    (SCREENS[trouble.screen], "$quiet"),
                )
            ]
        return [Content.assemble(indent, ("⏎", "bold $accent"), f"  {SCREENS[trouble.screen]}")]


def _title(head: str, trouble: Trouble, width: int) -> list[Content]:
    """The entry's title with who shows it: beside it where there is room, else below."""
    beside = _NAME + 1 + cell_width(trouble.title) + 3 + cell_width(trouble.shown_by) <= width
    title = hanging(trouble.title, " " * (_NAME + 1), width).lstrip()
    first = Content.assemble((f" {head:<{_NAME}}", "bold $accent"), (title, "bold"))
    if beside:
        return [Content.assemble(first, "   ", (trouble.shown_by, "$quiet"))]
    return [first, Content.styled(hanging(trouble.shown_by, " " * (_NAME + 1), width), "$quiet")]


def _part(name: str, text: str, width: int) -> Content:
    wrapped = hanging(text, " " * (_NAME + 1), width)
    return Content.assemble(" ", (f"{name:<{_NAME}}", "bold"), wrapped.lstrip())
