"""`POST /groups/<path>/-/saml/callback`: from a browser's form, or from a program's JSON."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from starlette.responses import Response

from . import answers
from . import sign_in_texts as texts
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .instance_sign_in import InstanceSignIn
from .people import is_text
from .sign_in import Attempt, Outcome, SignIn

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

CALLBACK = (b"-", b"saml", b"callback")
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_EMAILS = (
    "email",
    "mail",
    f"{_CLAIMS}/emailaddress",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/emailaddress",
)
_OVERAGE = "http://schemas.microsoft.com/claims/groups.link"
_USERNAMES = ("username", "nickname")
_NAMES = ("name", f"{_CLAIMS}/name")
_FIRST_NAMES = ("first_name", "firstname", "firstName", f"{_CLAIMS}/givenname")
_LAST_NAMES = ("last_name", "lastname", "lastName", f"{_CLAIMS}/surname")


class _Malformed(ValueError):
    """No body that a sign-in could be read from; `str` says what it lacks."""


def answer_callback(gitlab: SimulatedGitLab, request: ApiRequest, body: bytes) -> Response | None:
    """Sign somebody in, to the group or to the installation; None where this is another address."""
    segments = request.path.segments
    if request.method != "POST":
        return None
    if segments[:1] == (b"groups",) and segments[-3:] == CALLBACK:
        group = gitlab.find_group("/".join(request.path.decoded(1)[:-3]))
        if group is None or not group.is_root:
            return answers.not_found_page()
        return _answered(gitlab, request, body, lambda attempt: SignIn(gitlab, attempt).happen())
    provider = _instance_provider(request)
    if provider is None:
        return None
    if gitlab.switches.saas or not gitlab.switches.saml_enabled:
        return answers.not_found_page()
    return _answered(gitlab, request, body, lambda given: InstanceSignIn(gitlab, provider, given).happen())


def _instance_provider(request: ApiRequest) -> str | None:
    parts = request.path.decoded()
    is_callback = len(parts) == 4 and parts[:2] == ["users", "auth"] and parts[3] == "callback"
    return parts[2] if is_callback and parts[2].startswith("saml") else None


def _answered(
    gitlab: SimulatedGitLab, request: ApiRequest, body: bytes, happen: Callable[[Attempt], Outcome]
) -> Response:
    as_json = request.headers.get("content-type", "").startswith("application/json")
    try:
        attempt = _from_json(body) if as_json else _from_form(body, gitlab.entity_id)
    except _Malformed as error:
        return answers.error(400, str(error))
    written = len(gitlab.audit.events)
    outcome = happen(attempt)
    if as_json:
        events = [event["event_name"] for event in gitlab.audit.events[written:]]
        return answers.json_answer(outcome.status, _outcome_json(outcome) | {"events": events})
    return _page(outcome)


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {name: value for name, value in outcome._asdict().items() if name != "status"}


def _from_json(body: bytes) -> Attempt:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise _Malformed("the body is no JSON") from None
    if not isinstance(value, dict):
        raise _Malformed("the body is no object")
    user = value.get("signed_in_as")
    return Attempt(
        name_id=_text(value, "name_id"),
        email=(_text(value, "email") or "").strip(),
        username=_text(value, "username") or "",
        name=_text(value, "name") or "",
        signed_in_as=user if isinstance(user, int) and not isinstance(user, bool) else None,
        in_response_to=bool(value.get("in_response_to")),
        relay_state=_text(value, "relay_state") or "",
        fault=_text(value, "fault") or "",
        groups=_texts(value, "groups"),
        overage=bool(value.get("overage")),
    )


def _text(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    if found is not None and not is_text(found):
        raise _Malformed(f"{name} is text or null")
    return found


def _texts(value: dict[str, Any], name: str) -> tuple[str, ...] | None:
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, list) or not all(map(is_text, found)):
        raise _Malformed(f"{name} is a list of texts, or null")
    return tuple(found)


def _from_form(body: bytes, entity_id: str) -> Attempt:
    form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    session = form.get("signed_in_as", [""])[0]
    known = Attempt(
        None,
        signed_in_as=int(session) if re.fullmatch("[0-9]{1,18}", session) else None,
        relay_state=form.get("RelayState", [""])[0],
    )
    if "SAMLResponse" not in form:
        return known._replace(fault=texts.NO_RESPONSE)
    try:
        xml = base64.b64decode("".join(form["SAMLResponse"][0].split()), validate=True)
        root = fromstring(xml, forbid_dtd=True)
    except (binascii.Error, ParseError, DefusedXmlException, LookupError, ValueError):
        return known._replace(fault=texts.NO_XML)
    name_id = root.find(f"{_SAML}Assertion/{_SAML}Subject/{_SAML}NameID")
    values = _attributes(root)
    parts = (_first(values, _FIRST_NAMES), _first(values, _LAST_NAMES))
    return known._replace(
        name_id="".join(name_id.itertext()) if name_id is not None else None,
        email=_first(values, _EMAILS),
        username=_first(values, _USERNAMES),
        name=_first(values, _NAMES) or " ".join(part for part in parts if part),
        in_response_to=bool(root.get("InResponseTo")),
        fault=_status_fault(root) or _audience_fault(root, entity_id),
        groups=_groups(root),
        overage=_OVERAGE in values,
    )


def _attributes(root: Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for attribute in root.iterfind(f"{_SAML}Assertion/{_SAML}AttributeStatement/{_SAML}Attribute"):
        value = attribute.find(f"{_SAML}AttributeValue")
        values.setdefault(attribute.get("Name", ""), "".join(value.itertext()) if value is not None else "")
    return values


def _groups(root: Element) -> tuple[str, ...] | None:
    """The values of `groups`, or of `Groups` where that is missing: no other spelling counts."""
    found: dict[str, list[str]] = {}
    for attribute in root.iterfind(f"{_SAML}Assertion/{_SAML}AttributeStatement/{_SAML}Attribute"):
        values = found.setdefault(attribute.get("Name", ""), [])
        values += ["".join(value.itertext()) for value in attribute.iterfind(f"{_SAML}AttributeValue")]
    named = found.get("groups", found.get("Groups"))
    return None if named is None else tuple(named)


def _first(values: dict[str, str], names: tuple[str, ...]) -> str:
    return next((values[name].strip() for name in names if values.get(name, "").strip()), "")


def _status_fault(root: Element) -> str:
    """Why the status is none of success, as ruby-saml puts it; empty for success."""
    codes = [code.get("Value", "") for code in root.iterfind(f"{_PROTOCOL}Status//{_PROTOCOL}StatusCode")]
    if codes[:1] == [_SUCCESS]:
        return ""
    fault = "The status code of the response was not Success"
    if codes:
        fault += f", was {' => '.join(code.rpartition(':')[2] for code in codes)}"
    message = root.find(f"{_PROTOCOL}Status/{_PROTOCOL}StatusMessage")
    return fault if message is None else f"{fault} -> {''.join(message.itertext()).strip()}"


def _audience_fault(root: Element, entity_id: str) -> str:
    audiences = ["".join(audience.itertext()) for audience in root.iter(f"{_SAML}Audience")]
    if not audiences or entity_id in audiences:
        return ""
    named = "audiences" if len(audiences) > 1 else "audience"
    return (
        f"Invalid Audience{'s' if len(audiences) > 1 else ''}. The {named} {','.join(audiences)}, "
        f"did not match the expected audience {entity_id}"
    )


def _page(outcome: Outcome) -> Response:
    banner = html.escape(outcome.banner or ("404: Page not found" if outcome.status == 404 else ""))
    page = f"<!DOCTYPE html>\n<html><head><title>GitLab</title></head><body><p>{banner}</p></body></html>\n"
    return Response(page.encode(), outcome.status, media_type="text/html")
