"""A response is found wherever people have it: copied requests, forms, logs, mails, files in any encoding."""

from __future__ import annotations

import base64
import html
import json
import textwrap
from urllib.parse import quote, quote_plus

import pytest

from scimtui.saml import CaptureError, Expected, read_capture
from tests.saml.samples import (
    GROUP,
    GUID,
    assertion,
    deflated,
    form,
    har,
    name_id,
    posted,
    response,
    sending,
    tracer,
)

XML = response(sending(email=["nadia@acme.example"], note=["~~~&gt;&gt;&gt;???&gt;~~~" * 5]))
POSTED = posted(XML)
assert "+" in POSTED and "/" in POSTED
REDIRECT = quote(deflated(XML), safe="")
ESCAPED = quote(POSTED, safe="")
CALLBACK = f"{GROUP}/-/saml/callback"
LINE = {
    "severity": "INFO",
    "time": "2026-11-24T09:26:10.000Z",
    "payload_type": "saml_response",
    "saml_response": {"name_id": GUID, "attributes": {"email": ["nadia@acme.example"]}, "success": True},
}
LOG = json.dumps(LINE)
ACCENT = XML.replace("nadia", "né")
LATIN = f'<?xml version="1.0" encoding="ISO-8859-1"?>{ACCENT}'
WINDOWS = f"<?xml version='1.0' encoding='windows-1252'?>{XML.replace('nadia', 'n€')}"

OTHER = quote(deflated(XML.replace("Response", "Request")), safe="")
MAIL_QUOTE = "\n".join(f"> {line}" for line in XML.splitlines())
TEXTS: dict[str, tuple[str, str | bytes]] = {
    "a decoded form": ("form", f"SAMLResponse: {POSTED}\nRelayState: token"),
    "a decoded form that lost its pluses": (
        "form",
        f"SAMLResponse: {POSTED.replace('+', ' ')}\nRelayState: t",
    ),
    "the same with an equals sign": ("form", f"SAMLResponse={POSTED.replace('+', ' ')}&RelayState=token"),
    "a form that kept its pluses": ("form", f"SAMLResponse={POSTED}&RelayState=token"),
    "a name and its value in two lines": ("form", f"SAMLResponse\n{POSTED}\nRelayState\ntoken"),
    "headings before it": ("form", f"Form Data\nview source\nSAMLResponse: {POSTED}\nRelayState: x"),
    "the method before it": ("form", f"POST\nSAMLResponse: {POSTED}\nRelayState: x"),
    "the method and a redirect": ("form", f"GET\nSAMLResponse: {deflated(XML)}\nRelayState: x"),
    "quoted": ("form", f'SAMLResponse: "{POSTED}"\nRelayState: "token"'),
    "quoted, as JSON": ("form", f'"SAMLResponse": "{POSTED}",\n"RelayState": "token"'),
    "quoted by a word processor": ("form", f"SAMLResponse: “{POSTED}”"),
    "a Ruby hash": ("form", f'  Parameters: {{"SAMLResponse"=>"{POSTED}", "RelayState"=>"x"}}'),
    "a newer Ruby hash": ("form", f'Parameters: {{"SAMLResponse" => "{POSTED}", "RelayState" => "x"}}'),
    "a hash by itself": ("form", f'{{"SAMLResponse"=>"{POSTED}", "RelayState"=>"x"}}'),
    "a hash with escaped line breaks": (
        "form",
        'Parameters: {"SAMLResponse"=>"' + "\\r\\n".join(textwrap.wrap(POSTED, 76)) + '"}',
    ),
    "a development log": (
        "form",
        f'Started POST "/groups/acme/-/saml/callback" \n  Parameters: {{"SAMLResponse"=>"{POSTED}"}}\n'
        "Completed 302 Found",
    ),
    "every character escaped": ("form", "SAMLResponse=" + "".join(f"%{ord(one):02X}" for one in POSTED)),
    "escaped twice": ("form", "SAMLResponse=" + quote(ESCAPED, safe="")),
    "several parts": (
        "form",
        f'--x\r\nContent-Disposition: form-data; name="SAMLResponse"\r\n\r\n{POSTED}\r\n--x--',
    ),
    "a raw request": ("form", f"POST /callback HTTP/1.1\r\n\r\nSAMLResponse={ESCAPED}"),
    "an address in a sentence": ("url", f"look: {CALLBACK}?SAMLResponse={REDIRECT}&R=x and then"),
    "pairs in JSON": ("form", json.dumps({"params": [{"key": "SAMLResponse", "value": POSTED}]})),
    "one entry of a HAR": (
        "form",
        json.dumps({"request": {"postData": {"params": [{"name": "SAMLResponse", "value": POSTED}]}}}),
    ),
    "XML in a mail": ("xml", f"Hi,\nhere:\n\n{XML}\n\nThanks <robin@x.example>"),
    "XML before a greeting": ("xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{XML}\n\nThanks'),
    "XML in a fence": ("xml", f"```xml\n{XML}\n```"),
    "XML in a quoted mail": ("xml", MAIL_QUOTE),
    "XML in the quoted part of a mail": (
        "xml",
        "Robin wrote:\n" + MAIL_QUOTE,
    ),
    "a prefix of other letters": (
        "xml",
        XML.replace("samlp:", "é:").replace("xmlns:samlp", "xmlns:é"),
    ),
    "XML behind a request": (
        "xml",
        f"SAMLRequest={OTHER}\n{XML}",
    ),
    "escaped XML in a mail": ("xml", f"From: <robin@x.example>\n{html.escape(XML)}\nBye"),
    "XML in a string": ("xml", json.dumps({"note": XML})),
    "XML in a SOAP envelope": (
        "xml",
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{XML}</s:Body></s:Envelope>',
    ),
    "a prefix that is a tag's name": ("xml", XML.replace("samlp:", "p:").replace("xmlns:samlp", "xmlns:p")),
    "no prefix": ("xml", XML.replace("samlp:", "").replace("xmlns:samlp", "xmlns")),
    "base64 in a mail": ("base64", f"Hi, this is it:\n\n{POSTED}\n\nThanks"),
    "wrapped base64 in a mail": ("base64", "It:\n\n" + "\n".join(textwrap.wrap(POSTED, 76)) + "\n\nHi"),
    "base64 in a sentence": ("base64", f"the value is {POSTED} and that is all"),
    "a page that shows XML": ("html", f"<html><pre>{html.escape(XML)}</pre></html>"),
    "a page with a script": ("html", f'<html><script>var a = {{"SAMLResponse":"{POSTED}"}}</script></html>'),
    "a page without quotes": ("html", f"<html><input value={POSTED.rstrip('=')} name=SAMLResponse></html>"),
    "UTF-16": ("xml", XML.encode("utf-16")),
    "UTF-16 without a mark": ("xml", XML.encode("utf-16-le")),
    "UTF-8 with a mark": ("xml", XML.encode("utf-8-sig")),
    "ISO-8859-1 by its declaration": ("xml", LATIN.encode("latin-1")),
    "Windows-1252 by its declaration": ("xml", WINDOWS.encode("cp1252")),
    "base64 of ISO-8859-1": ("base64", base64.b64encode(LATIN.encode("latin-1"))),
    "base64 of UTF-16": ("base64", base64.b64encode(XML.encode("utf-16"))),
    "base64 beside letters of another encoding": (
        "form",
        f"Grüße\n\nSAMLResponse={POSTED}".encode("latin-1"),
    ),
    "a declaration that is not true any more": ("xml", LATIN),
    "a log line behind a file's name": ("auth-log", f"/var/log/gitlab/gitlab-rails/auth_json.log:{LOG}"),
    "and the line's number": ("auth-log", f"auth_json.log:12:{LOG}"),
    "lines around it": (
        "auth-log",
        f'auth_json.log-11-{{"a":1}}\nauth_json.log:12:{LOG}\n--\nauth_json.log-13-{{}}',
    ),
    "journald": ("auth-log", f"Nov 24 09:26:10 gitlab gitlab-rails[123]: {LOG}"),
    "Kubernetes": ("auth-log", f"2026-11-24T09:26:10.123456789Z stdout F {LOG}"),
    "Docker Compose": ("auth-log", f"gitlab-1  | {LOG}"),
    "colours of grep": (
        "auth-log",
        "\x1b[35mauth_json.log\x1b[m:" + LOG.replace("saml_resp", "\x1b[01;31m\x1b[Ksaml_resp\x1b[m\x1b[K"),
    ),
    "tail": ("auth-log", f"==> /var/log/gitlab/gitlab-rails/auth_json.log <==\n{LOG}"),
    "Docker's own log": ("auth-log", json.dumps({"log": LOG + "\n", "stream": "stdout"})),
    "a line made readable": ("auth-log", json.dumps(LINE, indent=2)),
    "several made readable": ("auth-log", json.dumps({"a": 1}, indent=2) + "\n" + json.dumps(LINE, indent=2)),
    "a log collector": ("auth-log", json.dumps([{"jsonPayload": LINE}])),
    "a search result": ("auth-log", json.dumps({"hits": {"hits": [{"_source": {"message": LOG}}]}})),
    "escaped quotes": ("auth-log", LOG.replace('"', '\\"')),
}


@pytest.mark.parametrize(("container", "text"), TEXTS.values(), ids=TEXTS)
def test_it_is_found(container: str, text: str | bytes) -> None:
    capture = read_capture(text)
    assert capture.container == container
    assert [one.response.name_id.value for one in capture.sign_ins if one.response.name_id] == [GUID]
    attributes = capture.sign_ins[0].response.attributes
    assert container == "auth-log" or attributes["note"] == ("~~~>>>???>~~~" * 5,)


@pytest.mark.parametrize(
    ("text", "email"),
    [(LATIN.encode("latin-1"), "né@acme.example"), (WINDOWS.encode("cp1252"), "n€@acme.example")],
)
def test_what_a_declaration_says_is_followed(text: bytes, email: str) -> None:
    for given in (text, base64.b64encode(text)):
        assert read_capture(given).sign_ins[0].response.attributes["email"] == (email,)


OLDER = ESCAPED.replace("%", '"%"')
COPIED = {
    "cmd": f'curl ^"{CALLBACK}^" ^\n  -H ^"origin: https://idp.example^" ^\n  --data-raw ^"SAMLResponse='
    + ESCAPED.replace("%", "^%^")
    + '^&RelayState=%^2F^"',
    "cmd, older": f'curl "{CALLBACK}" --data "SAMLResponse={OLDER}&R=x"',
    "bash": f"curl '{CALLBACK}' \\\n  -H 'a: b' \\\n  --data-raw 'SAMLResponse={ESCAPED}&R=%2F' --compressed",
    "bash, with escapes": f"curl '{CALLBACK}' --data-raw $'SAMLResponse={ESCAPED}&RelayState=\\u0021'",
    "PowerShell": f'Invoke-WebRequest -UseBasicParsing -Uri "{CALLBACK}" `\n-Method "POST" `\n'
    f'-Body "SAMLResponse={ESCAPED}&RelayState=%2F"',
    "fetch": f'fetch("{CALLBACK}", {{\n  "body": "SAMLResponse={ESCAPED}&R=%2F",\n  "method": "POST"\n}});',
}


@pytest.mark.parametrize("text", COPIED.values(), ids=COPIED)
def test_a_copied_request_tells_where_it_went(text: str) -> None:
    (one,) = read_capture(text).sign_ins
    assert one.response.name_id is not None and one.response.name_id.value == GUID
    assert one.sent_to == CALLBACK


WS_TRUST = """<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust">
<a b="c"/></t:RequestSecurityTokenResponse>"""
HALF = LOG[: len(LOG) // 2]
UNREADABLE: dict[str, tuple[str, str | bytes]] = {
    **{f"base64 cut after {at}": ("cut-off", POSTED[:at]) for at in (800, 801, 802, 803)},
    "a cut form": ("cut-off", f"SAMLResponse={ESCAPED[:801]}"),
    "cut with dots": ("cut-off", f"SAMLResponse: {POSTED[:600]}…"),
    "cut XML": ("cut-off", XML[:900]),
    "cut XML in a mail": ("cut-off", f"Hi\n{XML[:900]}\n\nThanks"),
    "cut in the middle": ("no-message", f"SAMLResponse={POSTED[:400]}...{POSTED[900:]}"),
    "filtered": ("filtered", 'Parameters: {"SAMLResponse"=>"[FILTERED]", "RelayState"=>"x"}'),
    "filtered, of JSON": (
        "filtered",
        "production_json.log:" + json.dumps({"params": [{"key": "SAMLResponse", "value": "[FILTERED]"}]}),
    ),
    "redacted": ("filtered", "SAMLResponse: [REDACTED]"),
    "stars": ("filtered", "SAMLResponse=***&RelayState=x"),
    "masked": ("masked", "SAMLResponse: {hash:abc}"),
    "half a line": ("cut-line", HALF),
    "half a line behind a file's name": ("cut-line", f"auth_json.log:{HALF}"),
    "an error in the log": ("log-error", json.dumps({"payload_type": "saml_response", "error": "x"})),
    "a token": ("token", "glpat-" + "a" * 20),
    "words about it": ("no-response", "the SAMLResponse is missing"),
    "a NameID in another encoding": ("encoding", "é".encode("latin-1")),
    "XML in another encoding": ("encoding", ACCENT.encode("latin-1")),
    "a log in another encoding": ("encoding", LOG.replace("nadia", "é").encode("latin-1")),
    "compressed": ("compressed", b"\x1f\x8b\x08\x00abc"),
    "ws-federation in a form": (
        "ws-federation",
        "wa=wsignin1.0&wresult=" + quote_plus(WS_TRUST),
    ),
}


@pytest.mark.parametrize(("code", "text"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_can_not_be_read_is_named_with_the_next_step(code: str, text: str | bytes) -> None:
    with pytest.raises(CaptureError) as caught:
        read_capture(text)
    assert caught.value.code == code and caught.value.fix
    assert GUID not in f"{caught.value} {caught.value.fix}"


def test_a_cut_line_loses_itself_alone_and_is_told() -> None:
    capture = read_capture("\n".join((HALF, LOG, '{"severity":"INFO","ti', LOG.replace(GUID, "b"), "--")))
    assert [one.response.name_id.value for one in capture.sign_ins if one.response.name_id] == ["b", GUID]
    assert [error.what.split(" is ")[0] for error in capture.refused] == ["line 1", "line 3"]
    assert capture.refused_in_words()[0].startswith("line 1 is cut off")


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_whatever_ends_a_line_ends_it(line_break: str) -> None:
    capture = read_capture(line_break.join((LOG, "--", LOG.replace(GUID, "b"))))
    assert len(capture.sign_ins) == 2
    for text in (
        f"SAMLResponse: {POSTED}\nRelayState: x",
        "\n".join(textwrap.wrap(POSTED, 76)),
        f"Hi\n{XML}\nBye",
    ):
        (one,) = read_capture(text.replace("\n", line_break)).sign_ins
        assert one.response.name_id is not None and one.response.name_id.value == GUID
    (typed,) = read_capture(f" u7 {line_break}").sign_ins
    assert typed.response.name_id is not None and typed.response.name_id.value == " u7 "


def test_a_log_line_tells_what_gitlab_read_and_nothing_more() -> None:
    read = read_capture(LOG).sign_ins[0].response
    assert not read.failed and not read.tells_of_signatures and read.envelope is None
    untold = read_capture(json.dumps({"saml_response": {"name_id": "a"}})).sign_ins[0].response
    assert untold.status == "" and not untold.failed
    code = "urn:oasis:names:tc:SAML:2.0:status:Responder"
    assert read_capture(json.dumps({"saml_response": {"status_code": code}})).sign_ins[0].response.failed


UPSTREAM = response(assertion(name_id("upstream")), identifier="_u", issued="2026-11-24T09:30:00Z").replace(
    GROUP, "https://login.idp.example"
)
OTHER_GROUP = response(assertion(name_id("other")), identifier="_o").replace(
    GROUP, "https://gitlab.com/groups/b"
)


def posting(xml: str, url: str) -> dict[str, object]:
    return {"method": "POST", "url": url, "saml": xml, "post": [["SAMLResponse", "{hash:0}"]]}


def first(text: str, expected: Expected | None) -> str:
    found = read_capture(text).beginning_with(expected).sign_ins[0].response.name_id
    assert found is not None
    return found.value


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_sign_in_that_went_to_the_group_comes_first(place: int) -> None:
    requests = [
        posting(UPSTREAM, "https://login.idp.example/-/saml/callback"),
        posting(OTHER_GROUP, "https://gitlab.com/groups/b/-/saml/callback"),
    ]
    requests.insert(place, posting(response(), CALLBACK))
    text = tracer(*requests)
    assert first(text, Expected(GROUP)) == GUID
    assert first(text, Expected("https://gitlab.com/groups/b")) == "other"


def test_without_a_group_what_went_to_a_gitlab_comes_before_the_rest() -> None:
    elsewhere = UPSTREAM.replace("/-/saml/callback", "/acs")
    text = tracer(posting(response(), CALLBACK), posting(elsewhere, "https://login.idp.example/acs"))
    assert first(text, None) == GUID


def test_of_two_to_the_group_the_later_of_the_trace_comes_first_whatever_their_clocks_say() -> None:
    earlier = response(assertion(name_id("a")), identifier="_1", issued="2026-11-24T09:59:00Z")
    later = response(assertion(name_id("b")), identifier="_2", issued="2026-11-24T09:00:00Z")
    assert first(tracer(posting(earlier, CALLBACK), posting(later, CALLBACK)), Expected(GROUP)) == "b"
    entries = [
        {
            "startedDateTime": f"2026-11-24T09:0{minute}:00Z",
            "request": {"method": "POST", "url": CALLBACK, "postData": {"text": form(xml)}},
        }
        for minute, xml in ((5, later), (1, earlier))
    ]
    assert first(har(*entries), Expected(GROUP)) == "b"


def test_a_response_sent_to_the_group_with_another_destination_is_the_one_compared() -> None:
    wrong = response(assertion(name_id("wrong"))).replace(GROUP, "https://gitlab.com/groups/wrong")
    assert (
        first(tracer(posting(wrong, CALLBACK), posting(OTHER_GROUP, "https://x.example")), Expected(GROUP))
        == "wrong"
    )
