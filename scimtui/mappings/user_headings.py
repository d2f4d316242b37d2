"""What the columns of a user export mean, and whose export they are (idp-contract 7, 8)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path

_ENTRAS = frozenset({"userprincipalname", "objectid", "mailnickname", "accountenabled"})
_OKTAS = frozenset(
    {"userid", "login", "username", "primaryemail", "email", "firstname", "lastname", "status", "externalid"}
    | {"syncstate", "credentialtype", "secondaryemail", "oktauserid", "oktaid", "userstatus"}
)
_OKTAS_ALONE = frozenset(
    {"userid", "login", "primaryemail", "syncstate", "oktauserid", "oktaid", "credentialtype"}
)
OKTA_ID = re.compile(r"00u[0-9A-Za-z]{17}")


def bare(heading: str) -> str:
    """A heading as it is told apart: letters and digits in lower case."""
    return "".join(filter(str.isalnum, heading.lower()))


def provider_of(headings: Iterable[str], ids: Iterable[str] = ()) -> str:
    """Whose export has these columns: `entra`, `okta`, or empty where they don't tell.

    Args:
        ids: some values of the column id.
    """
    names = {bare(heading) for heading in headings}
    if names & _ENTRAS:
        return "entra"
    if any(OKTA_ID.fullmatch(one.strip()) for one in ids) and names & _OKTAS:
        return "okta"
    if names & _OKTAS_ALONE and len(names & _OKTAS) >= 2:
        return "okta"
    return "entra" if {"id", "displayname"} <= names and names & {"mail", "usertype", "givenname"} else ""


@lru_cache(maxsize=4096)
def names_of(heading: str, idp: str) -> tuple[str, ...]:
    """What mappings call the attribute of a column: the name that counts, and the newer one beside it."""
    known = _named(idp).get(bare(heading))
    plain = heading.strip()
    if known is None:
        return (plain,)
    newer = f"{plain[:1].lower()}{plain[1:]}"
    if idp == "entra" and " " not in plain and bare(known) != bare(newer):
        return (known, newer)
    return (known,)


@cache
def _named(idp: str) -> dict[str, str]:
    here = Path(__file__)
    names: dict[str, str] = tomllib.loads(here.with_name("user_headings.toml").read_text("utf-8"))[idp]
    if idp == "entra":
        known: Collection[str] = tomllib.loads(here.with_name("entra_attributes.toml").read_text("utf-8"))[
            "user"
        ]
        names = {bare(name): name for name in known} | names
    return names
