"""A review somebody works on: what was handed in, the changes that are tried, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import NamedTuple

from scimtui.mappings.case import Answers, Case, Stored
from scimtui.mappings.changing import of_provider, with_row, without_row
from scimtui.mappings.inputs import Inputs, Piece, taken
from scimtui.mappings.model import AttributeMapping, NameId, Row
from scimtui.mappings.recommended import (
    Recommended,
    recommended_at,
    recommended_for,
    recommended_mapping,
)
from scimtui.mappings.users import User, Users


class _Left(NamedTuple):
    """A mapping with changes in it that was left for another one."""

    inputs: Inputs
    name: str
    before: list[tuple[Row, ...]]


@dataclass(slots=True)
class Trial:
    """Begins with GitLab's table; no file is ever written to.

    Attributes:
        name: of the file that the mapping was read from; empty for GitLab's table.
        said: what the last piece was taken for; empty for nothing.
        saved: the mapping as it was saved elsewhere last; None where it was not.
        sample: who is worked out; None for the first of the export.
    """

    idp: str = "entra"
    nameid_source: str = ""
    name: str = ""
    said: str = ""
    sample: User | None = None
    saved: AttributeMapping | None = None
    inputs: Inputs = field(init=False)
    _before: list[tuple[Row, ...]] = field(default_factory=list)
    _left: list[_Left] = field(default_factory=list)
    _age: int | None = None

    def __post_init__(self) -> None:
        name_id = NameId(self.nameid_source) if self.nameid_source else None
        self.inputs = Inputs(recommended_mapping(self.idp), name_id)

    @property
    def mapping(self) -> AttributeMapping:
        """The mapping with the changes that are tried."""
        return self.inputs.mapping

    @property
    def about(self) -> str:
        """Which mapping it is, for somebody who was not there."""
        name = self.name or "GitLab's own table"
        rows = "1 change" if len(self._before) == 1 else f"{len(self._before)} changes"
        return f"{name}, with {rows} tried in scimtui and not in the file" if self._before else name

    @property
    def is_begun(self) -> bool:
        """Whether anything was opened or changed."""
        return bool(self.name or self._before)

    @property
    def is_changed(self) -> bool:
        """Whether rows were changed since the mapping was read."""
        return bool(self._before)

    @property
    def is_unsaved(self) -> bool:
        """Whether leaving would lose changes."""
        return bool(self._left) or (self.is_changed and self.saved is not self.mapping)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change, or a changed mapping that was left, to go back to."""
        return bool(self._before or self._left)

    def begin(self, idp: str) -> None:
        """Begin with that provider's table, unless something was begun already."""
        if not self.is_begun and self.mapping.idp != idp:
            self._replace(replace(self.inputs, mapping=recommended_mapping(idp)))

    def take(self, piece: Piece, name: str) -> None:
        """Put what a file holds in its place.

        Args:
            name: the file's.
        """
        taken_in = taken(self.inputs, piece)
        inputs = taken_in.inputs
        if taken_in.is_joined:
            self.name = f"{self.name}, {name}" if self.name else name
        elif isinstance(piece, AttributeMapping):
            if not inputs.mapping.idp and self.mapping.idp == "okta":
                inputs = replace(inputs, mapping=of_provider(inputs.mapping, "okta"))
            if self._before:
                self._left.append(_Left(self.inputs, self.name, self._before))
            self.name, self._before = name, []
        if isinstance(piece, Users):
            self.sample = None
        self._replace(inputs)
        self.said = f"{name}: {taken_in.said}"

    def _replace(self, inputs: Inputs) -> None:
        """Other inputs; what was said in the words of another provider does not count for this one."""
        former, self.inputs = self.inputs, inputs
        idp = inputs.mapping.idp or "entra"
        if (former.mapping.idp or "entra") == idp:
            return
        self.sample, self._age = None, None
        ours = self.nameid_source if idp == self.idp else ""
        name_id = inputs.name_id
        if name_id is None or name_id is former.name_id:
            kept = name_id if name_id is not None and name_id.captured else None
            fresh = NameId(ours) if ours else None
            name_id = replace(kept, source=ours, inferred=False) if kept is not None else fresh
            self.inputs = replace(inputs, name_id=name_id)

    def answer(self, answers: Answers, told: Answers | None) -> None:
        """Keep what was answered, but for what profile and people told before, and what stayed so."""
        shown = self.answers(told)
        changed = {
            one.name: getattr(answers, one.name)
            for one in fields(Answers)
            if getattr(answers, one.name) != getattr(shown, one.name)
        }
        self.inputs = replace(self.inputs, answers=replace(self.inputs.answers, **changed))

    def answers(self, told: Answers | None) -> Answers:
        """What was answered, and beside it what profile and people tell."""
        given, told = self.inputs.answers, told or Answers()
        return replace(
            given,
            synced=told.synced if given.synced is None else given.synced,
            gitlab_com=told.gitlab_com if given.gitlab_com is None else given.gitlab_com,
        )

    def put(self, row: Row, place: int | None) -> int:
        """Try a row in place of another, or beside them; answers its place."""
        self._try(with_row(self.mapping, place, row))
        return place if place is not None else len(self.mapping.rows) - 1

    def remove(self, place: int) -> None:
        """Try it without that row."""
        self._try(without_row(self.mapping, place))

    def _try(self, mapping: AttributeMapping) -> None:
        self._before.append(self.mapping.rows)
        self.inputs, self.said = replace(self.inputs, mapping=mapping), ""

    def undo(self) -> None:
        """Take the last change back; without one, go back to the changed mapping that was left last."""
        if not self._before and self._left:
            left = self._left.pop()
            self.name, self._before, self.said = left.name, left.before, ""
            self._replace(replace(self.inputs, mapping=left.inputs.mapping, former=left.inputs.former))
        elif self._before:
            mapping = replace(self.mapping, rows=self._before.pop())
            self.inputs, self.said = replace(self.inputs, mapping=mapping), ""

    def place_of(self, target: str) -> int | None:
        """Where the first row with this target stands."""
        return self.mapping.place_of(target)

    def next_age(self, version: tuple[int, int] | None) -> Recommended:
        """Hold it against GitLab's table of the age before, which it answers; after the oldest the newest."""
        ages = recommended_for(self.mapping.idp)
        now = ages.index(recommended_at(self.mapping.idp, version)) if self._age is None else self._age
        self._age = (now + 1) % len(ages)
        return ages[self._age]

    def case(
        self,
        stored: tuple[Stored, ...] | None = None,
        told: Answers | None = None,
        version: tuple[int, int] | None = None,
    ) -> Case:
        """All of it as a case.

        Args:
            told: what profile and people tell; what somebody answered counts more.
            version: GitLab's; None where it is not known.
        """
        idp = self.mapping.idp
        table = recommended_at(idp, version) if self._age is None else recommended_for(idp)[self._age]
        case = replace(self.inputs, answers=self.answers(told)).case(stored, table)
        if not self.name or not self._before:
            return case
        return replace(case, opened=replace(self.mapping, rows=self._before[0]))
