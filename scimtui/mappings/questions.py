"""What only an administrator can tell: the questions, and the answers that somebody typed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scimtui.mappings.case import Answers

_YES = {"yes": True, "no": False, "": None}


class Question(NamedTuple):
    """One question.

    Attributes:
        key: name of a field of `Answers`.
        kind: `yes-no` or `text`.
        idp: whose mapping it concerns; empty for any.
    """

    key: str
    kind: str
    text: str
    idp: str


class AnswerError(ValueError):
    """An answer that can't be taken; `str` says why."""


@cache
def questions(idp: str = "") -> tuple[Question, ...]:
    """The questions about this identity provider's mapping; all of them where none is named."""
    document = tomllib.loads(Path(__file__).with_name("questions.toml").read_text("utf-8"))
    found = (Question(key, one["kind"], one["text"], one.get("idp", "")) for key, one in document.items())
    return tuple(one for one in found if not idp or one.idp in ("", idp))


def answered(answers: Answers, key: str, given: str) -> Answers:
    """The answers with one more.

    Args:
        given: `yes`, `no`, the text asked for (domains with commas between), or nothing to take it back.

    Raises:
        AnswerError: no such question, or no such answer.
    """
    kinds = {question.key: question.kind for question in questions()}
    given = given.strip()
    if key not in kinds:
        raise AnswerError(f"there is no question “{key}”; there are {', '.join(kinds)}")
    change: dict[str, Any] = {key: given or None}
    if kinds[key] == "yes-no":
        if given.lower() not in _YES:
            raise AnswerError(f"{key} is answered by yes or no")
        change = {key: _YES[given.lower()]}
    elif key == "domains":
        change = {key: tuple(part.lstrip("@") for part in given.replace(",", " ").split()) or None}
    return replace(answers, **change)


def answer_to(answers: Answers, key: str) -> str:
    """What was answered, as it is typed; empty where nothing was."""
    value = getattr(answers, key)
    if isinstance(value, tuple):
        return ", ".join(value)
    return {True: "yes", False: "no", None: ""}[value] if not isinstance(value, str) else value
