"""Every row of the contract (7 and 19) is a test named by its number, or listed here with the reason."""

from __future__ import annotations

import re
from pathlib import Path

_NO_GROUP_SYNC = (
    "SCIM group sync of an installation (`/application/Groups`) is not simulated: scimtui never uses it"
)
LEFT_OUT = {
    107: "the token page is a web page (session and CSRF), not an API",
    113: _NO_GROUP_SYNC,
    114: _NO_GROUP_SYNC,
    123: "the failure is mocked inside GitLab's service; no request provokes it",
    **dict.fromkeys(range(131, 146), _NO_GROUP_SYNC),
    189: "members are never added by a person here: REST's POST of a member is not simulated",
    194: "what the client says of a version is held where the client is",
    254: "people's personal tokens are not simulated: scimtui never lists them",
}
ROWS = range(1, 257)
_NAMED = re.compile(r"def test_rows?((?:_\d{3})+)_")


def test_every_row_is_tested_or_listed() -> None:
    tested: set[int] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for numbers in _NAMED.findall(file.read_text(encoding="utf-8")):
            tested |= {int(number) for number in numbers.strip("_").split("_")}
    assert tested | set(LEFT_OUT) == set(ROWS)
    assert not tested & set(LEFT_OUT)
