"""The search column: one folded string for each person.

It holds fields divided by tabs, then one control character for every `is:` tag that holds, so that
filtering 100,000 people is one pass of substring tests.
"""

from __future__ import annotations

from scimtui.directory.model import Record, SignIn, Verdict
from scimtui.text import fold_search

FIELDS = ("name", "user", "email", "scim", "saml", "id", "role", "state")

_TAG_NAMES = (
    *(verdict.value for verdict in Verdict),
    "enterprise",
    "not-enterprise",
    "member",
    "not-member",
    "bot",
    "not-linked",
    "problem",
    "works",
    "heals",
    "fails",
)
# Controls other than those a terminal or the fields use; folded text has none left.
_TAG_CODES = (*range(0x0E, 0x20), 1, 2)
TAGS = {name: chr(code) for name, code in zip(_TAG_NAMES, _TAG_CODES, strict=True)}
SAME = "\x06"  # the sign-in value is the SCIM value, and kept once
_CONTROLS = dict.fromkeys(range(32), " ") | dict.fromkeys(range(127, 160), " ")

_NOT_LINKED = frozenset({Verdict.UNLINKED, Verdict.NO_SAML, Verdict.NO_SCIM})
_NO_PROBLEM = frozenset({Verdict.MATCH, Verdict.UNKNOWN})


def search_text(record: Record, verdict: Verdict, sign_in: SignIn) -> str:
    """The folded string of one person."""
    fields = (
        record.name,
        record.username,
        record.email,
        record.scim_uid or "",
        record.saml_uid if record.saml_uid is not None and record.saml_uid != record.scim_uid else "",
        "" if record.user_id is None else str(record.user_id),
        record.role,
        record.state,
    )
    folded = "\t".join(map(folded_field, fields))
    if record.saml_uid is not None and record.saml_uid == record.scim_uid:
        folded = folded + SAME
    return folded + "\t" + "".join(TAGS[name] for name in tag_names(record, verdict, sign_in))


def folded_field(text: str) -> str:
    """One field, or one word looked for, as it stands in the search text."""
    return fold_search(text).translate(_CONTROLS)


def tag_names(record: Record, verdict: Verdict, sign_in: SignIn) -> list[str]:
    """Every `is:` word that holds of this person."""
    names = [verdict.value]
    if record.enterprise is not None:
        names.append("enterprise" if record.enterprise else "not-enterprise")
    if record.member is not None:
        names.append("member" if record.member else "not-member")
    if record.bot:
        names.append("bot")
    if verdict in _NOT_LINKED:
        names.append("not-linked")
    if verdict not in _NO_PROBLEM:
        names.append("problem")
    if sign_in is not SignIn.UNKNOWN:
        names.append(sign_in.value)
    return names
