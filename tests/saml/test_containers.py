"""Each kind of capture is recognised by its content, and what is none is named."""

from __future__ import annotations

import base64
import html
import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.saml import CaptureError, read_capture
from tests.saml.samples import (
    GUID,
    alone,
    assertion,
    deflated,
    form,
    har,
    name_id,
    posted,
    redirect,
    response,
    tracer,
)

XML = response()
PAGE = f"<html><form><input type='hidden' name='SAMLResponse' value='{posted(XML)}'/></form>"
ENTITIES = PAGE.replace(posted(XML), "".join(f"&#{ord(character)};" for character in posted(XML)))
REQUEST = '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1"/>'
CALLBACK = "https://gitlab.com/groups/acme/-/saml/callback"
PAIRS = [["SAMLResponse", posted(XML)], ["RelayState", "/"]]
POST = {"method": "POST", "url": CALLBACK, "post": PAIRS, "requestId": "1"}
MASKED = [["SAMLResponse", "{hash:ab}"]]
LOG = {
    "time": "2026-11-24T09:26:10.000Z",
    "payload_type": "saml_response",
    "saml_response": {
        "name_id": GUID,
        "name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "issuer": ["https://idp.example/"],
        "attributes": {"email": ["nadia@acme.example"]},
        "status_code": "urn:oasis:names:tc:SAML:2.0:status:Success",
    },
}


def har_entry(**request: object) -> dict[str, object]:
    return {
        "startedDateTime": "2026-11-24T09:26:10.000Z",
        "request": {"method": "POST", "url": CALLBACK, **request},
    }


def field(value: str) -> dict[str, str]:
    return {"name": "SAMLResponse", "value": value}


KNOWN = {
    "tracer, decoded": ("saml-tracer", tracer({"saml": XML, "protocol": "SAML-P", **POST})),
    "tracer, masked but decoded": ("saml-tracer", tracer({"saml": XML, "post": MASKED})),
    "tracer, post alone": ("saml-tracer", tracer(POST)),
    "tracer, old": ("saml-tracer", tracer({"id": "1", "post": {"SAMLResponse": [posted(XML)]}})),
    "tracer, url": ("saml-tracer", tracer({"url": redirect(XML)})),
    "har, text": ("har", har(har_entry(postData={"text": form(XML)}))),
    "har, params": ("har", har(har_entry(postData={"params": [field(posted(XML))]}))),
    "har, params percent-encoded": (
        "har",
        har(har_entry(postData={"params": [field(posted(XML).replace("=", "%3D"))]})),
    ),
    "har, query": ("har", har(har_entry(queryString=[field(deflated(XML))]))),
    "har, page": (
        "har",
        har(
            {
                "startedDateTime": "2026-11-24T09:26:10Z",
                "response": {
                    "content": {"encoding": "base64", "text": base64.b64encode(PAGE.encode()).decode()}
                },
            }
        ),
    ),
    "form": ("form", form(XML)),
    "form, wrapped": ("form", "\n".join(textwrap.wrap(form(XML), 76))),
    "form, unescaped": ("form", f"SAMLResponse={posted(XML)}"),
    "form, a field a line": ("form", f"SAMLResponse={posted(XML)}\nRelayState=/acme"),
    "form, a field a line, wrapped": (
        "form",
        "RelayState=/\nSAMLResponse=" + "\n".join(textwrap.wrap(posted(XML), 76)),
    ),
    "form, as DevTools shows it": ("form", f"SAMLResponse: {posted(XML)}\nRelayState: /acme"),
    "form, from a table": ("form", f"RelayState\t/\nSAMLResponse\t{posted(XML)}"),
    "form, an object": ("form", json.dumps({"SAMLResponse": posted(XML), "RelayState": "/"})),
    "har, url alone": ("har", har({"request": {"url": redirect(XML)}})),
    "a form field inside the XML": (
        "xml",
        response(before='<samlp:Extensions><input name="SAMLResponse" value="x"/></samlp:Extensions>'),
    ),
    "url": ("url", redirect(XML)),
    "base64": ("base64", posted(XML)),
    "base64, wrapped": ("base64", "\n".join(textwrap.wrap(posted(XML), 64))),
    "base64, url-safe": ("base64", posted(XML).replace("+", "-").replace("/", "_").rstrip("=")),
    "base64, url-encoded": ("base64", posted(XML).replace("+", "%2B").replace("=", "%3D")),
    "base64, plus lost": ("base64", posted(XML).replace("+", " ")),
    "base64, deflated": ("base64", deflated(XML)),
    "xml": ("xml", XML),
    "xml, declared in another encoding": ("xml", '<?xml version="1.0" encoding="UTF-16"?>' + XML),
    "xml, escaped": ("xml", html.escape(XML)),
    "assertion alone": ("xml", alone(assertion())),
    "page": ("html", PAGE),
    "page, character references": ("html", ENTITIES),
    "log": ("auth-log", json.dumps(LOG)),
    "log, among others": ("auth-log", json.dumps({"message": "x"}) + "\n" + json.dumps(LOG)),
    "byte order mark": ("xml", "\ufeff" + XML),
}  # fmt: skip


@pytest.mark.parametrize(("container", "text"), KNOWN.values(), ids=KNOWN)
def test_recognised_by_content(container: str, text: str) -> None:
    capture = read_capture(text)
    assert capture.container == container
    assert [one.response.name_id.value for one in capture.sign_ins if one.response.name_id] == [GUID]


@pytest.mark.parametrize("text", [GUID, f"{{{GUID}}}", "ada@acme.example", " 00u1  ", "a=b", "x{hash"])
def test_a_name_id_by_itself(text: str) -> None:
    capture = read_capture(text + "\n")
    (one,) = capture.sign_ins
    assert capture.container == "name-id" and one.response.name_id is not None
    assert one.response.name_id.value == text


REFUSED = {
    "nothing": ("empty", "  \n"),
    "masked": ("masked", tracer({"post": [["SAMLResponse", "{hash:5f3a}"]]})),
    "masked value alone": ("masked", "{overwritten}"),
    "request": ("request", REQUEST),
    "logout": ("logout", REQUEST.replace("AuthnRequest", "LogoutRequest")),
    "artifact": ("artifact", f"{CALLBACK}?SAMLart=AAQAAM"),
    "ws-federation": (
        "ws-federation",
        '<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust"/>',
    ),
    "saml 1.1": ("saml-1", '<Assertion xmlns="urn:oasis:names:tc:SAML:1.0:assertion"/>'),
    "har without": ("no-response", har(har_entry(postData={"text": "a=b"}))),
    "tracer without": ("no-response", tracer({"url": CALLBACK, "method": "GET"})),
    "another page": ("no-response", "<!DOCTYPE html><html><title>Sign in</title>"),
    "other json": ("unknown-json", '{"a": 1}'),
    "half json": ("broken-json", '{"requests": [{"method": "GET", "url": "https://x'),
    "deep json": ("too-deep", "[" * 1_000_000),
    "half base64": ("unknown", "not base64 at all\n" * 100),
    "deep xml": ("too-deep", "<a>" * 300 + "</a>" * 300),
    "many attributes": ("too-deep", "<a " + " ".join(f'a{number}="x"' for number in range(210_000)) + "/>"),
    "wide xml": ("too-deep", "<a>" + "<b/>" * 30_000 + "</a>"),
    "dtd": ("dtd", '<!DOCTYPE r [<!ENTITY x "y">]>' + XML),
    "external dtd": ("dtd", '<!DOCTYPE r SYSTEM "http://127.0.0.1/x">' + XML),
    "undeclared prefix": ("broken-xml", XML.replace("xmlns:saml=", "xmlns:other=")),
    "blank in a namespace": (
        "broken-xml",
        response(assertion('<p:x xmlns:p="urn:oasis:names:tc:SAML:2.0:assertion&#9;NameID">evil</p:x>')),
    ),
    "a request before what matters": ("dtd", tracer({"saml": REQUEST}, {"saml": "<!DOCTYPE r>" + XML})),
    "broken declarations": ("no-response", "<html><input SAML><![<"),
    "odd address": ("no-response", tracer({"url": "http://[x"})),
    "half xml": ("cut-off", XML[:-30]),
    "bomb": ("too-large", deflated("<a>" + " " * 6_000_000 + "</a>")),
    "large xml": ("too-large", "<a>" + " " * 5_000_000 + "</a>"),
}


@pytest.mark.parametrize(("code", "text"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sign_in_is_named(code: str, text: str) -> None:
    with pytest.raises(CaptureError) as caught:
        read_capture(text)
    assert caught.value.code == code
    assert GUID not in f"{caught.value} {caught.value.fix}"


def test_several_are_listed_newest_first_and_each_once() -> None:
    older = response(assertion(name_id("old")), issued="2026-11-24T08:00:00Z", identifier="_1")
    newer = response(assertion(name_id("new")), issued="2026-11-24T09:00:00Z", identifier="_2")
    text = tracer(
        {"saml": older}, {"saml": newer}, {"post": [["SAMLResponse", posted(newer)]]}, {"saml": REQUEST}
    )
    capture = read_capture(text)
    assert [one.response.name_id.value for one in capture.sign_ins if one.response.name_id] == ["new", "old"]
    assert [error.code for error in capture.refused] == ["request"]


def test_text_that_was_unpacked_byte_by_byte() -> None:
    xml = response(assertion(name_id("Größe@acme.example")))
    capture = read_capture(tracer({"saml": xml.encode().decode("latin-1")}))
    (one,) = capture.sign_ins
    assert one.response.name_id is not None and one.response.name_id.value == "Größe@acme.example"


@given(st.text() | st.binary())
def test_anything_is_read_or_named(text: str | bytes) -> None:
    try:
        capture = read_capture(text)
    except CaptureError as error:
        assert error.code and error.what
    else:
        assert capture.sign_ins


KEYS = [
    *("requests", "log", "entries", "saml", "post", "request", "postData", "params"),
    *("response", "content", "text", "saml_response", "attributes", "name_id", "x"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_read_or_named(value: object) -> None:
    try:
        read_capture(json.dumps(value))
    except CaptureError as error:
        assert error.code and error.what


def test_moments_at_the_ends_of_time_are_none() -> None:
    for moment in ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"):
        (one,) = read_capture(response(issued=moment)).sign_ins
        assert one.at is None


def test_half_a_surrogate_pair_is_no_text() -> None:
    line = {"saml_response": {"name_id": "a\ud800", "attributes": {"x\ud800": ["y\ud800"]}}}
    (one,) = read_capture(json.dumps(line)).sign_ins
    assert one.response.name_id is not None and one.response.name_id.value == "a\ufffd"
    assert one.response.attributes == {"x\ufffd": ("y\ufffd",)}


def test_many_nested_assertions_are_read_in_a_blink() -> None:
    many = "<saml:Assertion><saml:Assertion/></saml:Assertion>" * 9_000
    (one,) = read_capture(response(many)).sign_ins
    assert "several-assertions" in one.response.ambiguous
