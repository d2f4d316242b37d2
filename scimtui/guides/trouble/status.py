"""The HTTP status that a text tells, in numbers or in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_NAMES = {
    "badrequest": "400",
    "unauthorized": "401",
    "forbidden": "403",
    "notfound": "404",
    "methodnotallowed": "405",
    "notallowed": "405",
    "conflict": "409",
    "preconditionfailed": "412",
    "unsupportedmediatype": "415",
    "unprocessableentity": "422",
    "toomanyrequests": "429",
    "internalservererror": "500",
    "badgateway": "502",
    "serviceunavailable": "503",
    "gatewaytimeout": "504",
}
_SPELLED = (
    r"bad request|unauthori[sz]ed|forbidden|not found|method not allowed|not allowed|conflict"
    r"|precondition failed|unsupported media type|unprocessable \w+|too many requests|internal server error"
    r"|bad gateway"
    r"|service unavailable|gateway time-?out"
)
_ANSWERS = (
    r"answers?|answered|answering|returns?|returned|gets?|got|gives?|with|error|code|antwortet(?: mit)?|mit"
    r"|fehler|erreur|renvoie|devuelve|responde(?: con)?|scim|->|→"
)
_STATUS = re.compile(
    r"(?:\bstatus(?:\s{0,3}code)?[\s:=>\"']{0,12}|\bHTTP/[0-9.]{1,4}\s{1,3}|\bHTTP\s{1,3}"
    r"|\s(?=[45]\d\d\s{0,3}\{))"
    r"([1-5]\d\d)\b(?! connection established)",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"(?<![\w.-])([45]\d\d)(?:\s{{1,2}}(?:{_SPELLED})\b)"
    rf"|(?<!\w)(?:{_ANSWERS})\s{{1,3}}(?:an? |einen? |une? |un )?(?:error |http |status )?([45]\d\d)"
    r"(?![\w.-])"
    r"|(?:->|→|=>)\s{0,3}([45]\d\d)(?![\w.-])|\((?:http |status |error )?([45]\d\d)\)"
    r"|\bscim,? ([45]\d\d)\b|^([45]\d\d)(?=[ :]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"status\s{0,3}code\W{1,12}([A-Za-z]{1,30})", re.IGNORECASE)


def status_of(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The one status that is told; of several the one that failed. Empty where none is, or several are."""
    told = _one(
        value for name, value in pairs if name.lower() == "status" and re.fullmatch(r"[1-5]\d\d", value)
    )
    if told:
        return told
    numbers = _STATUS.findall(text)
    told = _one(numbers) or _one(number for number in numbers if number >= "400")
    if told or numbers:
        return told
    words = {_NAMES.get(word.lower(), "") for word in _WORD.findall(text)}
    if told := _one(words):
        return told
    return _one(number for match in _SAID.findall(text) for number in match)


def _one(found: Iterable[str]) -> str:
    different = {value for value in found if value}
    return different.pop() if len(different) == 1 else ""
