"""The steps of a walkthrough, one a row; the one under the cursor is told in full."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from scimtui.connection import Line, State
from scimtui.guides.walkthroughs import OPENS, SECRET, Done, Step, Value, Walkthrough
from scimtui.text import cell_width, count, cut, fit, hanging, printable
from scimtui.tui.widgets.check_list import LOOKS
from scimtui.tui.widgets.plain_list import PlainList

_NUMBER = 8
_COPY = 9
_HOW = {"ticked": "ticked", "checked": "checked", "ticked-against-check": "ticked, check failed"}


@dataclass(slots=True)
class Standing:
    """What is known about the steps.

    Attributes:
        done: those that are done.
        checked: what their checks found last, in this run; None while one runs.
        concerned: how many people each concerns.
        has_token: whether there is a SCIM token to be copied.
        shown_token: the token, where somebody asked to see it.
        leads: sections that can be opened now.
        can_check: whether there is a connection to test.
    """

    done: dict[str, Done] = field(default_factory=dict)
    checked: dict[str, Line | None] = field(default_factory=dict)
    concerned: dict[str, int] = field(default_factory=dict)
    has_token: bool = False
    shown_token: str = ""
    leads: frozenset[str] = frozenset()
    can_check: bool = False


class StepList(PlainList):
    """Rows of one line each, but for the one under the cursor."""

    DEFAULT_CSS = """
    StepList > .option-list--option-highlighted, StepList:focus > .option-list--option-highlighted {
        background: $background; color: $foreground; text-style: none;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "select",
            "check or open",
            key_display="⏎",
            tooltip="Run the step's check, or open its section",
            id="run",
        ),
        Binding("j", "cursor_down", "step", show=False, id="next"),
        Binding("k", "cursor_up", "step before", show=False, id="before"),
        Binding("pagedown", "scroll_on(1)", "scroll on", show=False, id="scroll-on"),
        Binding("pageup", "scroll_on(-1)", "scroll back", show=False, id="scroll-back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._guide: Walkthrough | None = None
        self._values: dict[str, Value] = {}
        self._standing = Standing()
        self._open = 0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter has a word only where it does something."""
        if action == "select" and (step := self.step) is not None:
            return bool(step.check and self._standing.can_check) or step.opens in self._standing.leads
        return True

    def action_scroll_on(self, direction: int) -> None:
        """Scroll within a step that is taller than the screen."""
        self.scroll_relative(y=direction * max(1, self.size.height - 2), animate=False)

    @property
    def step(self) -> Step | None:
        """The step under the cursor."""
        return self._guide.steps[self._open] if self._guide is not None else None

    def show(self, guide: Walkthrough, values: dict[str, Value], standing: Standing, place: int) -> None:
        """Show a walkthrough at one of its steps."""
        self._guide, self._values, self._standing, self._open = guide, values, standing, place
        self.clear_options()
        self.add_options([Option(self._row(number)) for number in range(len(guide.steps))])
        self.highlighted = place

    def draw(self, standing: Standing) -> None:
        """Tell again how things stand."""
        self._standing = standing
        self._draw_all()
        self.call_after_refresh(self.scroll_to_highlight)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._draw_all()

    def _draw_all(self) -> None:
        if self._guide is not None:
            for place in range(len(self._guide.steps)):
                self.replace_option_prompt_at_index(place, self._row(place))

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        former, self._open = self._open, event.option_index
        for place in {former, self._open}:
            self.replace_option_prompt_at_index(place, self._row(place))
        # The row has grown since the list looked whether it is in view.
        self.call_after_refresh(self.scroll_to_highlight)

    def _row(self, place: int) -> Content:
        assert self._guide is not None
        step, standing = self._guide.steps[place], self._standing
        width = max(40, self.size.width - 3)
        done = standing.done.get(step.id)
        is_open = place == self._open
        sign, colour = ("▸", "$accent") if is_open else ("○", "$quiet")
        if done is not None:
            sign, colour = ("!", "$warning") if done.how == "ticked-against-check" else ("✓", "$success")
        stamp = f"{_HOW[done.how]} {done.at.astimezone():%Y-%m-%d}" if done is not None else ""
        title = f"{step.where}: {step.title}"
        room = width - _NUMBER - (len(stamp) + 2 if stamp else 0)
        head = Content.assemble(
            (f" {sign} ", colour),
            (f"{place + 1:<4} ", "bold $accent" if is_open else "$quiet"),
            (fit(cut(title, room), room), "bold $accent" if is_open else "" if done is None else "$quiet"),
            (f"  {stamp}" if stamp else "", "$quiet"),
        )
        if not is_open:
            return head
        # The title of the open step is read in full, also where it has no room in its row.
        whole = (
            [Content.styled(hanging(title, " " * _NUMBER, width), "bold")] if cell_width(title) > room else []
        )
        return Content("\n").join([head, *whole, *self._opened(step, width)])

    def _opened(self, step: Step, width: int) -> list[Content]:
        indent = " " * _NUMBER
        parts = [Content(hanging(line, indent, width)) for line in step.text.splitlines()]
        if step.warning:
            parts.append(Content.assemble((hanging(f"! {step.warning}", indent, width), "$warning")))
        parts += _table(step, indent, width)
        parts += self._people(step, indent)
        parts += self._values_of(step, indent, width)
        parts += self._check(step, indent, width)
        return [*parts, Content("")]

    def _people(self, step: Step, indent: str) -> list[Content]:
        number = self._standing.concerned.get(step.id)
        if not step.people or number is None:
            return []
        who = "1 person" if number == 1 else f"{count(number)} people"
        return [
            Content.assemble(
                indent,
                (who, "bold"),
                (f" of the list: {step.people}   ", "$quiet"),
                ("o", "bold $accent"),
                (" shows them", "$quiet"),
            )
        ]

    def _values_of(self, step: Step, indent: str, width: int) -> list[Content]:
        """Label and value on one line where all of the step's fit, else the value under its label."""
        if not step.values:
            return []
        shown = [
            (self._values[name].label, *self._shown(name), self._values[name].note) for name in step.values
        ]
        label_width = max(cell_width(label) for label, *_ in shown) + 2
        longest = max(cell_width(text) for _, text, *_ in shown)
        wide = len(indent) + label_width + longest + _COPY <= width
        parts = []
        for place, (label, text, style, note) in enumerate(shown):
            key = (
                Content.assemble("   ", ("y", "bold $accent"), (" copy", "$quiet"))
                if place == 0
                else Content("")
            )
            if wide:
                parts.append(
                    Content.assemble(indent, (fit(label, label_width), "$quiet"), (text, style), key)
                )
            else:
                parts += [
                    Content.assemble(indent, (label, "$quiet"), key),
                    Content.assemble(indent, "  ", (text, style)),
                ]
            if note:
                under = indent + " " * (label_width if wide else 2)
                parts.append(Content.assemble((hanging(note, under, width), "$quiet")))
        return parts

    def _shown(self, name: str) -> tuple[str, str]:
        """What stands for a value, and in which style."""
        if name != SECRET:
            return printable(self._values[name].text), ""
        if self._standing.shown_token:
            return self._standing.shown_token, ""
        words = "in this profile, not shown: v shows it"
        return words if self._standing.has_token else "not in this profile", "$quiet"

    def _check(self, step: Step, indent: str, width: int) -> list[Content]:
        standing = self._standing
        parts = []
        if step.check and step.id in standing.checked:
            line = standing.checked[step.id]
            if line is None or line.finding is None:
                parts.append(Content.assemble(indent, ("… asking GitLab", "$accent")))
            else:
                look = LOOKS[line.state]
                seen = f" · {printable(line.finding.seen)}" if line.finding.seen else ""
                told = f"{look.sign} {line.title}: {line.finding.title}{seen}"
                parts.append(Content.assemble((hanging(told, indent, width), f"${look.colour}")))
                if line.state in (State.FAILED, State.WARNED):
                    words = " ".join(
                        word
                        for word in (line.finding.why, f"→ {line.finding.fix}" if line.finding.fix else "")
                        if word
                    )
                    parts.append(Content.assemble((hanging(words, indent, width), "$quiet")))
                passed = line.state in (State.PASSED, State.WARNED)
                words = " ticks it once it is done there" if passed else " ticks it all the same"
                if not passed or (not step.proves and step.id not in standing.done):
                    parts.append(Content.assemble(indent, ("space", "bold $accent"), (words, "$quiet")))
        parts += self._keys(step, indent)
        return parts

    def _keys(self, step: Step, indent: str) -> list[Content]:
        standing = self._standing
        words: list[tuple[str, str] | str] = [indent]
        if step.check and standing.can_check:
            words += [("⏎", "bold $accent"), (" check it   ", "$quiet")]
        if step.opens in standing.leads:
            words += [
                ("o" if step.check and standing.can_check else "⏎", "bold $accent"),
                (f" {OPENS[step.opens]}", "$quiet"),
            ]
        return [Content.assemble(*words)] if len(words) > 1 else []


def _table(step: Step, indent: str, width: int) -> list[Content]:
    if not step.table:
        return []
    room = width - len(indent)
    columns = range(len(step.table[0]))
    widths = [max(cell_width(row[column]) for row in step.table) + 2 for column in columns]
    if sum(widths) <= room:
        lines = [
            "".join(fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
            for row in step.table
        ]
    else:  # a narrow terminal: from and to on two lines
        head, *rows = step.table
        lines = [f"{head[1]} ← {head[0]}"]
        for source, target, precedence in rows:
            after = f"  (precedence {precedence})" if precedence else ""
            whole = f"{target} ← {source}{after}"
            lines.append(whole if cell_width(whole) <= room else f"{target}{after}\n{indent}   ← {source}")
    return [
        Content(""),
        *(
            Content.assemble(indent, (line, "$quiet" if place == 0 else ""))
            for place, line in enumerate(lines)
        ),
        Content(""),
    ]
