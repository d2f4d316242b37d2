"""The lines at the top: where you are, the sections, the quick filters, and what is going on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from scimtui.text import cell_width, count, cut, printable
from scimtui.tui.words import QUICK


@dataclass(frozen=True, slots=True)
class Place:
    """What the first line tells.

    Attributes:
        state: in a word or two: `reading 45 %`, `read 2 min ago`, `not reached`.
        state_colour: a colour variable without its `$`.
    """

    name: str
    group: str
    host: str
    tokens: str
    read_only: bool
    state: str
    state_colour: str = "quiet"
    untested: bool = False


class TopBar(Widget):
    """One line: profile, group, host, tokens in use, read-only, connection and snapshot age."""

    DEFAULT_CSS = """
    TopBar { height: 1; background: $panel; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._place: Place | None = None

    def show(self, place: Place) -> None:
        """Tell another place or state."""
        if place != self._place:
            self._place = place
            self.refresh()

    def render(self) -> Content:
        place = self._place
        if place is None:
            return Content.assemble(("scimtui", "bold $accent"))
        width = self.content_size.width
        name = [] if place.name == place.group else [(f"{printable(place.name)} ", "bold")]
        start = [("scimtui  ", "bold $accent"), *name, (printable(place.group), "bold")]
        mode = ("read-only" if place.read_only else "writing") + (", untested" if place.untested else "")
        facts = [
            (printable(place.host), "$quiet"),
            (place.tokens, "$quiet"),
            (mode if place.host else "", "$warning"),
        ]
        end = (place.state, f"${place.state_colour}")
        # The host can be looked up; what the tokens allow and how old the list is can't.
        for left_out in ((), (1,), (1, 0), (1, 0, 2)):
            parts = list(start)
            for number, (text, style) in enumerate(facts):
                if text and number not in left_out:
                    parts += [(" · ", "$quiet"), (text, style)]
            used = sum(cell_width(text) for text, _ in parts)
            if used + 2 + cell_width(end[0]) <= width:
                gap = width - used - cell_width(end[0])
                return Content.assemble(*parts, " " * gap, end)
        group = cut(printable(place.group), max(8, width - 12 - cell_width(end[0])))
        return Content.assemble(("scimtui ", "bold $accent"), (group, "bold"), " ", end)


class SectionBar(Widget):
    """The sections that work, by number; a click or the number opens one."""

    DEFAULT_CSS = """
    SectionBar { height: 1; background: $surface; padding: 0 1; }
    """

    @dataclass
    class Chosen(Message):
        """Somebody clicked a section."""

        name: str

    def __init__(self, names: Sequence[str], active: str) -> None:
        super().__init__()
        self._names, self._active = tuple(names), active

    def _labels(self) -> list[tuple[str, str]]:
        """Names and labels: as many names as fit, that of the open section always; the numbers stay."""
        room = self.content_size.width
        labels = {name: f" {number} {name} " for number, name in enumerate(self._names, 1)}
        if sum(cell_width(label) + 1 for label in labels.values()) <= room:
            return [(name, label + " ") for name, label in labels.items()]
        place = self._names.index(self._active)
        far_first = sorted(enumerate(self._names), key=lambda one: (-abs(one[0] - place), -one[0]))
        for number, name in far_first:
            if sum(cell_width(label) for label in labels.values()) <= room or name == self._active:
                break
            labels[name] = f" {number + 1} "
        return list(labels.items())

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        for name, label in self._labels():
            shown = label.rstrip() + " "
            style = "bold $foreground on $row-cursor" if name == self._active else "$quiet"
            parts += [(shown, style), (" " * (len(label) - len(shown)), "")]
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        start = 1
        for name, label in self._labels():
            if start <= event.x < start + cell_width(label):
                self.post_message(self.Chosen(name))
                return
            start += cell_width(label)


class QuickFilters(Widget):
    """The quick filters with their counts: words where there is room, signs where not."""

    DEFAULT_CSS = """
    QuickFilters { height: 1; width: auto; }
    """

    @dataclass
    class Chosen(Message):
        """Somebody clicked a quick filter."""

        name: str

    def __init__(self) -> None:
        super().__init__()
        self._counts: Mapping[str, int] = {}
        self.active = "all"
        self._room = 0

    def show(self, counts: Mapping[str, int], active: str, room: int) -> None:
        """Show these counts in at most `room` cells."""
        self._counts, self.active, self._room = counts, active, room
        self.styles.width = self.wanted
        self.refresh()

    @property
    def wanted(self) -> int:
        """How many cells the filters take."""
        return sum(cell_width(text) for _, text in self._labels())

    def names(self) -> list[str]:
        """The filters that find anybody, and the one in force."""
        return [name for name in QUICK if self._counts.get(name) or name in ("all", self.active)]

    def _labels(self) -> list[tuple[str, str]]:
        for wordy in (True, False):
            labels = [(name, self._label(name, wordy)) for name in self.names()]
            if sum(cell_width(text) for _, text in labels) <= self._room:
                return labels
        return self._some(labels)

    def _some(self, labels: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """As many as fit, from the first; all of them and the one in force always."""
        kept = list(labels)
        for name, text in reversed(labels):
            if sum(cell_width(one) for _, one in kept) <= self._room:
                break
            if name not in ("all", self.active):
                kept.remove((name, text))
        return kept

    def _label(self, name: str, wordy: bool) -> str:
        look, number = QUICK[name], count(self._counts.get(name, 0))
        parts = (look.sign, look.word if wordy or not look.sign else "", number)
        return f" {' '.join(part for part in parts if part)} "

    def render(self) -> Content:
        parts: list[tuple[str, str]] = []
        for name, text in self._labels():
            colour = QUICK[name].colour
            style = "" if colour == "plain" else f"${colour}"
            parts.append((text, "reverse" if name == self.active else style))
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        start = 0
        for name, text in self._labels():
            width = cell_width(text)
            if start <= event.x < start + width:
                self.post_message(self.Chosen(name))
                return
            start += width


class StatusLine(Widget):
    """What is going on with the list: how far reading is, what most people share, what is missing."""

    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._text, self._colour, self._fraction, self._more = "", "quiet", -1.0, ""

    def show(self, text: str, colour: str = "quiet", fraction: float | None = None, more: str = "") -> None:
        """Show a sentence.

        Args:
            fraction: 0…1, how far a bar in front of it is; None for no bar.
            more: what ends the sentence where it had to be cut.
        """
        now = (text, colour, -1.0 if fraction is None else round(fraction, 2), more)
        if now != (self._text, self._colour, self._fraction, self._more):
            self._text, self._colour, self._fraction, self._more = now
            self.refresh()

    def render(self) -> Content:
        width = self.content_size.width
        if self._fraction < 0:
            text = printable(self._text)
            if cell_width(text) > width:
                text = cut(text, width - cell_width(self._more)) + self._more
            return Content.assemble((text, f"${self._colour}"))
        room = min(24, width // 4)
        filled = round(self._fraction * room)
        bar = ("━" * filled, "$accent"), ("─" * (room - filled), "$quiet")
        words = f" {self._fraction:4.0%} {printable(self._text)}"
        return Content.assemble(*bar, (cut(words, width - room), f"${self._colour}"))
