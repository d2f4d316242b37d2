"""Entra's functions for dates, in UTC; M/d/yyyy h:mm:ss tt where no format is given (mapping-rules 4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from scimtui.mappings.expressions.allowance import room_for
from scimtui.mappings.expressions.dotnet_dates import date_by_format, formatted_date, parsed_date, shown_date
from scimtui.mappings.expressions.entra_parts import Given
from scimtui.mappings.expressions.results import NULL, Result, Stop, Unevaluated, Value

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TICKS = 10_000_000
_MONTHS = {"yyyy": 12, "q": 3, "m": 1}
_SPANS = {
    "y": timedelta(days=1),
    "d": timedelta(days=1),
    "w": timedelta(days=1),
    "ww": timedelta(weeks=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}


def _date(given: Given, place: int, name: str) -> datetime | None:
    text = given.text(place)
    if not text:
        return None
    found = parsed_date(text)
    if found is None:
        raise Stop(Unevaluated(f"{name}: “{text}” is no date that can be read here"))
    return found


def _cdate(given: Given) -> Result:
    given.need(1, 1, "CDate")
    moment = _date(given, 0, "CDate")
    return NULL if moment is None else Value(shown_date(moment))


def _date_add(given: Given) -> Result:
    """The interval, how many, and the date."""
    given.need(3, 3, "DateAdd")
    interval, number, moment = given.text(0) or "", given.whole(1, "DateAdd"), _date(given, 2, "DateAdd")
    if moment is None:
        return NULL
    try:
        if interval in _MONTHS:
            return Value(shown_date(_months_later(moment, number * _MONTHS[interval])))
        if interval in _SPANS:
            return Value(shown_date(moment + number * _SPANS[interval]))
    except (OverflowError, ValueError):
        raise Stop(Unevaluated("DateAdd: past the end of the calendar")) from None
    raise Stop(Unevaluated(f"DateAdd has no interval “{interval}”"))


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of the month, or its last one."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


def _date_diff(given: Given) -> Result:
    """Days, hours, minutes and seconds are whole ones; weeks, months and years are the calendar's."""
    given.need(3, 3, "DateDiff")
    interval = given.text(0) or ""
    one, other = _date(given, 1, "DateDiff"), _date(given, 2, "DateDiff")
    if one is None or other is None:
        return NULL
    if interval == "yyyy":
        return Value(str(other.year - one.year))
    if interval in ("m", "q"):
        months = (other.year - one.year) * 12 + other.month - one.month
        return Value(str(months if interval == "m" else months // 3))
    if interval == "ww":
        return Value(str((_week(other) - _week(one)).days // 7))
    if interval in ("d", "y", "h", "n", "s"):
        return Value(str(int((other - one) / _SPANS[interval])))
    raise Stop(Unevaluated(f"DateDiff has no interval “{interval}”"))


def _week(moment: datetime) -> datetime:
    """The Sunday that its week begins with."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _format_date_time(given: Given) -> Result:
    """The source, its style, its format, the format wanted."""
    given.need(4, 4, "FormatDateTime")
    text, source_form, form = given.text(0), given.text(2) if given.has(2) else None, given.text(3) or ""
    if not text:
        return NULL
    moment = date_by_format(text, source_form) if source_form else parsed_date(text)
    if moment is None:
        raise Stop(Unevaluated(f"FormatDateTime: “{text}” is not of the format that is named"))
    room_for(len(form))
    return Value(formatted_date(moment, form))


def _num_from_date(given: Given) -> Result:
    """Ticks of 100 nanoseconds since 1601, as Active Directory counts."""
    given.need(1, 1, "NumFromDate")
    moment = _date(given, 0, "NumFromDate")
    if moment is None:
        return NULL
    span = moment - _EPOCH
    return Value(str((span.days * 86_400 + span.seconds) * _TICKS + span.microseconds * 10))


def _date_from_num(given: Given) -> Result:
    given.need(1, 1, "DateFromNum")
    ticks = given.whole(0, "DateFromNum")
    try:
        return Value(shown_date(_EPOCH + timedelta(microseconds=ticks // 10)))
    except OverflowError:
        raise Stop(Unevaluated("DateFromNum: past the end of the calendar")) from None


DATE_FUNCTIONS: dict[str, Callable[[Given], Result]] = {
    "CDate": _cdate,
    "DateAdd": _date_add,
    "DateDiff": _date_diff,
    "DateFromNum": _date_from_num,
    "FormatDateTime": _format_date_time,
    "NumFromDate": _num_from_date,
}
