"""`POST /groups/<path>/-/saml/callback`: from a browser's form, or from a program's JSON."""

from __future__ import annotations

import base64
import binascii
import html
import json
from typing import Any
from urllib.parse import parse_qs

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from starlette.responses import Response

from . import answers
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .sign_in import Attempt, Outcome, SignIn, outcome_json

CALLBACK = (b"-", b"saml", b"callback")
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_EMAILS = (
    "email",
    "mail",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/emailaddress",
)
_USERNAMES = ("username", "nickname")


class _Malformed(ValueError):
    """No body that a sign-in could be read from; `str` says what it lacks."""


def answer_callback(gitlab: SimulatedGitLab, request: ApiRequest, body: bytes) -> Response | None:
    """Sign somebody in; None where this is another address."""
    segments = request.path.segments
    if request.method != "POST" or segments[:1] != (b"groups",) or segments[-3:] != CALLBACK:
        return None
    group = gitlab.find_group("/".join(request.path.decoded(1)[:-3]))
    if group is None or not group.is_root:
        return answers.not_found_page()
    as_json = request.headers.get("content-type", "").startswith("application/json")
    try:
        attempt = _from_json(body) if as_json else _from_form(body)
    except _Malformed as error:
        return answers.error(400, str(error))
    outcome = SignIn(gitlab, attempt).happen()
    if as_json:
        return answers.json_answer(outcome.status, outcome_json(outcome))
    return _page(outcome)


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
        signed_in_as=user if isinstance(user, int) and not isinstance(user, bool) else None,
        in_response_to=bool(value.get("in_response_to")),
    )


def _text(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    if found is not None and not isinstance(found, str):
        raise _Malformed(f"{name} is text or null")
    return found


def _from_form(body: bytes) -> Attempt:
    form = parse_qs(body.decode("utf-8", "replace"))
    try:
        xml = base64.b64decode(form["SAMLResponse"][0], validate=True)
        root = fromstring(xml, forbid_dtd=True)
    except (binascii.Error, ParseError, DefusedXmlException, LookupError, ValueError):
        return Attempt(None, fault="invalid response")
    status = root.find(f"{_PROTOCOL}Status/{_PROTOCOL}StatusCode")
    code = status.get("Value", "") if status is not None else ""
    session = form.get("signed_in_as", [""])[0]
    name_id = root.find(f"{_SAML}Assertion/{_SAML}Subject/{_SAML}NameID")
    values: dict[str, str] = {}
    for attribute in root.iterfind(f"{_SAML}Assertion/{_SAML}AttributeStatement/{_SAML}Attribute"):
        value = attribute.find(f"{_SAML}AttributeValue")
        values.setdefault(attribute.get("Name", ""), "".join(value.itertext()) if value is not None else "")
    return Attempt(
        name_id="".join(name_id.itertext()) if name_id is not None else None,
        email=next((values[name].strip() for name in _EMAILS if values.get(name, "").strip()), ""),
        username=next((values[name] for name in _USERNAMES if values.get(name)), ""),
        signed_in_as=int(session) if session.isascii() and session.isdecimal() else None,
        in_response_to=bool(root.get("InResponseTo")),
        fault="" if code == _SUCCESS else "the status code of the response was not Success",
    )


def _page(outcome: Outcome) -> Response:
    banner = html.escape(outcome.banner or "404: Page not found")
    page = f"<!DOCTYPE html>\n<html><head><title>GitLab</title></head><body><p>{banner}</p></body></html>\n"
    return Response(page.encode(), outcome.status, media_type="text/html")
