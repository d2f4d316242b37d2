"""A walkthrough as its data file tells it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

OPENS = {
    "users": "the list of people",
    "sign-in": "a captured sign-in",
    "connection": "the connection test",
    "mapping": "the review of your attribute mapping",
    "trouble": "what an error means",
    "history": "what was changed",
}
"""Sections that a step can open, and what is found there."""
_FOLDER = Path(__file__).parent
_SHARED = "shared"
_ORDER = ("entra", "okta", "change-app", "link", "add-back")
Text = Annotated[str, Field(min_length=1)]
Strict = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Step(BaseModel):
    """One step.

    Attributes:
        id: stays the same when steps are added: progress is kept by it.
        where: in which product, or by whom, it is done.
        text: what to do; each line a paragraph.
        warning: what goes wrong otherwise; empty for nothing.
        values: names of this profile's values that are shown to be copied.
        check: code of the connection check that tells something about it; empty for none.
        proves: whether the step is done where the check passes.
        opens: a key of `OPENS`; empty for none.
        people: a search of the list: whom the step concerns; empty for nobody in particular.
        table: rows to fill in, the heading first.
        page: the vendor's page that the step comes from.
    """

    model_config = Strict
    id: Text
    where: Text
    title: Text
    text: Text
    page: Annotated[str, Field(pattern=r"^https://")]
    warning: str = ""
    values: tuple[str, ...] = ()
    check: str = ""
    proves: bool = True
    opens: str = ""
    people: str = ""
    table: tuple[tuple[str, ...], ...] = ()


class Walkthrough(BaseModel):
    """One walkthrough.

    Attributes:
        idp: whose profile it is first offered to; empty for any.
        checked: the versions of GitLab and of the identity provider that it was checked against.
    """

    model_config = Strict
    id: Text
    title: Text
    about: Text
    idp: str = ""
    checked: Annotated[tuple[Text, ...], Field(min_length=1)]
    step: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_differ(self) -> Walkthrough:
        ids = [step.id for step in self.step]
        if len(ids) != len(set(ids)):
            raise ValueError("two steps have the same id")
        return self

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in their order."""
        return self.step

    def place_of(self, step: str) -> int:
        """Where a step stands, counted from 0; 0 for one that is not there."""
        return next((place for place, one in enumerate(self.step) if one.id == step), 0)


class WalkthroughError(ValueError):
    """A file that is no walkthrough; `str` says which and why."""


@cache
def walkthroughs() -> tuple[Walkthrough, ...]:
    """Every walkthrough, the set-ups first.

    Raises:
        WalkthroughError: a file can't be read as one.
    """
    shared = {step["id"]: step for step in _table(_FOLDER / f"{_SHARED}.toml")["step"]}
    files = sorted(
        (file for file in _FOLDER.glob("*.toml") if file.stem != _SHARED),
        key=lambda file: (_ORDER.index(file.stem) if file.stem in _ORDER else len(_ORDER), file.stem),
    )
    return tuple(read_walkthrough(file, shared) for file in files)


def walkthrough(name: str) -> Walkthrough | None:
    """The walkthrough with this id; None where there is none."""
    return next((guide for guide in walkthroughs() if guide.id == name), None)


def read_walkthrough(file: Path, shared: dict[str, dict[str, Any]]) -> Walkthrough:
    """Read one file.

    Raises:
        WalkthroughError: it is none.
    """
    table = _table(file)
    try:
        steps = [shared[step["use"]] if set(step) == {"use"} else step for step in table.get("step", ())]
        guide = Walkthrough.model_validate({**table, "step": steps})
    except (ValidationError, KeyError) as error:
        raise WalkthroughError(f"{file.name}: {error}") from None
    if guide.id != file.stem:
        raise WalkthroughError(f"{file.name}: id is {guide.id}")
    return guide


def _table(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WalkthroughError(f"{file.name}: {error}") from None
