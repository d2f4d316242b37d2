"""What kind of value an `extern_uid` is, and what most people of a group have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_SHAPES = (
    ("GUID", re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)),
    ("GUID in braces", re.compile(r"\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}", re.I)),
    ("GUID without hyphens", re.compile(r"[0-9a-f]{32}", re.I)),
    ("e-mail address", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("number", re.compile(r"\d+")),
    ("base64 of an object id", re.compile(r"[A-Za-z0-9+/]{22}==")),
    ("Okta user id", re.compile(r"00u[0-9A-Za-z]{17}")),
    ("distinguished name", re.compile(r"(?:cn|uid|ou)=.+,.+", re.I)),
)
_OTHER = "name or other text"
_ENOUGH = 5
_MOST = 0.8


class Usual(NamedTuple):
    """The shape that most values of a group have."""

    shape: str
    have_it: int
    of: int


def shape_of(value: str) -> str:
    """The kind of one value, in words."""
    return next((name for name, pattern in _SHAPES if pattern.fullmatch(value)), _OTHER)


def shapes_of(values: Iterable[str]) -> Mapping[str, int]:
    """How many values there are of each kind; takes a while for 100,000, so it belongs in a thread."""
    return Counter(map(shape_of, values))


def usual_shape(shapes: Mapping[str, int]) -> Usual | None:
    """What four of five values are; None where they are few or mixed."""
    total = sum(shapes.values())
    if total < _ENOUGH:
        return None
    shape, count = max(shapes.items(), key=lambda item: item[1])
    return Usual(shape, count, total) if count >= _MOST * total else None
