"""Dates as .NET reads and writes them, in UTC: a zone that stands behind a date counts (mapping-rules 4).

Each text is bounded before a pattern sees it, and no pattern can walk it twice.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_LONGEST_TEXT, _LONGEST_FORM = 64, 200
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FAR = timedelta(hours=14)
_CLOCK = r"(?:[T ](?P<h>\d{1,2}):(?P<n>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?(?: ?(?P<tt>[AP]M))?)?"
_ZONE = r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?))?"
_DATES = tuple(
    re.compile(f"(?:{day}){_CLOCK}{_ZONE}", re.IGNORECASE)
    for day in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
        r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
        r"(?:[A-Z]{3,9},? )?(?P<d>\d{1,2}) (?P<month>[A-Z]{3,9}) (?P<y>\d{4})",
        r"(?:[A-Z]{3,9},? )?(?P<month>[A-Z]{3,9}) (?P<d>\d{1,2}),? (?P<y>\d{4})",
    )
)
_LDAP = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<h>\d{2})(?P<n>\d{2})(?P<s>\d{2})(?:\.(?P<f>\d{1,9}))?"
    r"(?P<zone>Z|[+-]\d{4})?"
)
_TOKEN = re.compile(
    r"'([^']*)'|\"([^\"]*)\"|yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt|t"
    r"|zzz|zz|z|K|\\(.)|.",
    re.DOTALL,
)
_READ = {
    "yyyy": r"(\d{4})", "yy": r"(\d{2})", "MMMM": r"([A-Za-z]{3,9})", "MMM": r"([A-Za-z]{3})",
    "MM": r"(\d{2})", "M": r"(\d{1,2})", "dddd": r"([A-Za-z]{3,9})", "ddd": r"([A-Za-z]{3})",
    "dd": r"(\d{2})", "d": r"(\d{1,2})", "HH": r"(\d{2})", "H": r"(\d{1,2})", "hh": r"(\d{2})",
    "h": r"(\d{1,2})", "mm": r"(\d{2})", "m": r"(\d{1,2})", "ss": r"(\d{2})", "s": r"(\d{1,2})",
    "tt": r"([AaPp][Mm])", "t": r"([AaPp])", "zzz": r"([+-]\d{2}:\d{2})", "zz": r"([+-]\d{2})",
    "z": r"([+-]\d{1,2})", "K": r"(Z|[+-]\d{2}:\d{2}|)",
}  # fmt: skip
_PART = {"yyyy": "y", "yy": "y", "MMMM": "month", "MMM": "month", "MM": "m", "M": "m", "dd": "d", "d": "d"}
_PART |= {"HH": "h", "H": "h", "hh": "h", "h": "h", "mm": "n", "m": "n", "ss": "s", "s": "s"}
_PART |= {"tt": "tt", "t": "tt", "zzz": "zone", "zz": "zone", "z": "zone", "K": "zone"}


def parsed_date(text: str) -> datetime | None:
    """A date as directories write it; one without a zone is UTC's. None where it is none."""
    bare = " ".join(text.split()) if len(text) <= _LONGEST_TEXT else ""
    for form in (*_DATES, _LDAP):
        match = form.fullmatch(bare)
        if match is not None:
            return _made({name: value for name, value in match.groupdict().items() if value})
    return None


def date_by_format(text: str, form: str) -> datetime | None:
    """A date of a format of .NET; None where it is not of it, or the format says one thing twice."""
    bare = text.strip()
    if len(bare) > _LONGEST_TEXT or len(form) > _LONGEST_FORM:
        return None
    pattern, names = "", []
    for token in _TOKEN.finditer(form.strip()):
        fixed = next((part for part in token.groups() if part is not None), None)
        kind = token[0] if fixed is None else ""
        if set(kind) in ({"f"}, {"F"}):
            pattern += rf"(\d{{{len(kind)}}})" if kind[0] == "f" else rf"(\d{{0,{len(kind)}}})"
            names.append("f")
        elif kind in _READ:
            pattern += _READ[kind]
            names.append(_PART.get(kind, ""))
        else:
            pattern += re.escape(fixed if fixed is not None else kind)
    match = re.fullmatch(pattern, bare, re.DOTALL)
    if match is None:
        return None
    parts: dict[str, str] = {}
    for name, value in zip(names, match.groups(), strict=True):
        if name and value and parts.setdefault(name, value) != value:
            return None
    return _made(parts)


def _made(parts: dict[str, str]) -> datetime | None:
    """The moment in UTC; None where there is no such one."""
    try:
        year = int(parts.get("y", "1"))
        if len(parts.get("y", "")) == 2:
            year += 2000 if year < 50 else 1900
        month = int(parts["m"]) if "m" in parts else _month(parts.get("month"))
        moment = datetime(
            year,
            month,
            int(parts.get("d", "1")),
            _hour(int(parts.get("h", "0")), parts.get("tt", "").lower()),
            int(parts.get("n", "0")),
            int(parts.get("s", "0")),
            int(f"{parts.get('f', '0'):0<6}"[:6]),
            UTC,
        )
        return moment - _offset(parts.get("zone", ""))
    except (ValueError, OverflowError):
        return None


def _month(name: str | None) -> int:
    return _MONTHS.index(name.lower()[:3]) + 1 if name else 1


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("an hour of a half day")
    return hour % 12 + (12 if half[0] == "p" else 0)


def _offset(zone: str) -> timedelta:
    if zone[:1] not in ("+", "-"):
        return timedelta()
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    span = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or span > _FAR:
        raise ValueError("no such zone")
    return -span if zone[0] == "-" else span


def shown_date(moment: datetime) -> str:
    """As Entra shows a date: 5/22/2025 9:03:04 PM."""
    return formatted_date(moment, "M/d/yyyy h:mm:ss tt")


def formatted_date(moment: datetime, form: str) -> str:
    """A date by a format of .NET."""
    hour = moment.hour % 12 or 12
    table = {
        "yyyy": f"{moment.year:04}", "yy": f"{moment.year % 100:02}", "MMMM": moment.strftime("%B"),
        "MMM": moment.strftime("%b"), "MM": f"{moment.month:02}", "M": str(moment.month),
        "dddd": moment.strftime("%A"), "ddd": moment.strftime("%a"), "dd": f"{moment.day:02}",
        "d": str(moment.day), "HH": f"{moment.hour:02}", "H": str(moment.hour), "hh": f"{hour:02}",
        "h": str(hour), "mm": f"{moment.minute:02}", "m": str(moment.minute), "ss": f"{moment.second:02}",
        "s": str(moment.second), "tt": "AM" if moment.hour < 12 else "PM",
        "t": "A" if moment.hour < 12 else "P", "zzz": "+00:00", "zz": "+00", "z": "+0", "K": "Z",
    }  # fmt: skip

    def one(match: re.Match[str]) -> str:
        fixed = next((part for part in match.groups() if part is not None), None)
        if fixed is not None:
            return fixed
        token = match[0]
        if set(token) == {"f"}:
            return f"{moment.microsecond:06}0"[: len(token)]
        if set(token) == {"F"}:
            return f"{moment.microsecond:06}0"[: len(token)].rstrip("0")
        return table.get(token, token)

    return _TOKEN.sub(one, form)
