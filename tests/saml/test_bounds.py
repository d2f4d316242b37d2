"""Hostile captures: ten times the input costs less than fifteen times the time, and memory in proportion."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest

from scimtui.saml import CaptureError, read_capture
from scimtui.saml.signature import read_trusted
from tests.saml.samples import GUID, posted, response, sending

SMALL = 30_000
_ISSUER = "<saml:Issuer>"


def repeated(text: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """A text of about so many characters."""
    return lambda size: before + text * (size // len(text)) + after


def in_issuer(attribute: str) -> Callable[[int], str]:
    """A response with many attributes in one element."""

    def made(size: int) -> str:
        many = " ".join(f'{attribute}{number}="x"' for number in range(size // 30))
        return response().replace(_ISSUER, f"{_ISSUER[:-1]} {many}>", 1)

    return made


SHAPES: dict[str, Callable[[int], str]] = {
    "line breaks behind a name": repeated("\n", "SAMLResponse="),
    "line breaks in a value": repeated("\n", "SAMLResponse=x", "x"),
    "carriage returns": repeated("\r\n", "SAMLResponse="),
    "blanks behind a name": repeated(" ", "SAMLResponse"),
    "tabs behind a name": repeated("\t", "SAMLResponse\t"),
    "blanks in a value": repeated("a ", "SAMLResponse="),
    "pluses lost": repeated("AAAA ", "SAMLResponse="),
    "percent signs": repeated("%"),
    "escapes": repeated("%41"),
    "escapes in a value": repeated("%41", "SAMLResponse="),
    "escapes in XML in a form": repeated("%41", "wresult=%3c"),
    "names": repeated("SAMLResponse="),
    "names in lines": repeated("SAMLResponse\n"),
    "names with values": repeated("SAMLResponse=a&"),
    "artifacts": repeated("&SAMLart=aaaa"),
    "masks": repeated("SAMLResponse=[FILTERED] "),
    "quotes": repeated('"', "SAMLResponse="),
    "carets": repeated("^", 'curl ^"x^" SAMLResponse='),
    "backslashes": repeated("\\n", 'SAMLResponse="'),
    "copied requests": repeated("curl 'https://x' ", "", "SAMLResponse=abc"),
    "fields of a page": repeated("<input ", "<html>SAMLResponse"),
    "open quotes in fields": repeated('<input a="', "<html>SAMLResponse"),
    "two kinds of quotes": repeated("<input a='\"", "<html>SAMLResponse"),
    "blanks in a field": repeated(" ", "<html>SAMLResponse<input"),
    "attributes of a field": repeated("a= ", "<html>SAMLResponse<input "),
    "references in a field": repeated("&amp;", "<html><input name=SAMLResponse value=", ">"),
    "references": repeated("&lt;"),
    "references around": repeated("x &lt;a:Response "),
    "brackets": repeated("<"),
    "start tags that do not end": repeated("<a:Response ", "x"),
    "start tags that end at last": repeated("<a:Response ", "x", ">"),
    "start tags": repeated("<a:Response>"),
    "end tags": repeated("</a:Response ", "x<a:Response>"),
    "a long prefix": repeated("a", "x<"),
    "many prefixes": repeated("<" + "a" * 60, "x"),
    "declarations": repeated("<?xml "),
    "log lines that do not end": repeated('{"saml_response":["\n'),
    "braces in a log line": repeated("{", "", "saml_response"),
    "marks in one line": repeated("saml_response "),
    "open lines": repeated('{"a', '{"saml_response":{"name_id":"a"}}\n'),
    "short open lines": repeated('{"a\n', '{"saml_response":{"name_id":"a"}}\n'),
    "blanks in an open line": repeated(" ", '{"saml_response":{"name_id":"a"}}\n{"', "}"),
    "escaped quotes": repeated('\\"', "saml_response{"),
    "empty lists": repeated("[],", "[", "1]"),
    "documents": repeated("{} ", "", "saml_response"),
    "a long number": repeated("1", "[", "]"),
    "base64": repeated("A"),
    "base64 among words": repeated(f"PHNh{'A' * 58} ", "x "),
    "short base64 among words": repeated("PA ", "x "),
    "wrapped base64": repeated("A" * 76 + "\n", "SAMLResponse="),
    "dots": repeated(".", "A" * 60),
    "marks of a quoted mail": repeated("> "),
    "attributes": in_issuer("a"),
    "namespaces": in_issuer("xmlns:a"),
    "a long NameID": lambda size: response().replace(GUID, "x" * size),
    "a long name of a password": lambda size: response(sending(**{"pwd" + "_" * size: ["v"]})),
    "a long hash": lambda size: response(sending(x=["{" + "S" * size])),
    "elements": lambda size: response("<saml:Assertion><saml:Assertion/></saml:Assertion>" * (size // 40)),
}


def seconds(text: str) -> float:
    """Of this thread alone, so that a busy machine does not count."""
    started = time.thread_time()
    with suppress(CaptureError):
        read_capture(text)
    return time.thread_time() - started


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_time_grows_with_the_input_and_no_faster(shape: Callable[[int], str]) -> None:
    small = min(seconds(shape(SMALL)) for _ in range(3))
    large = min(seconds(shape(10 * SMALL)) for _ in range(2))
    assert large < 15 * max(small, 0.002)


@pytest.mark.parametrize("name", ["percent signs", "escapes", "escapes in a value", "references"])
def test_memory_stays_in_proportion(name: str) -> None:
    text = SHAPES[name](500_000)
    tracemalloc.start()
    with suppress(CaptureError):
        read_capture(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * len(text)


@pytest.mark.parametrize(
    "text",
    ["%41" * 6_000_000, "SAMLResponse=" + "A" * 17_000_000, "[" + "[]," * 2_000_001 + "1]"],
    ids=["escapes", "base64", "lists"],
)
def test_what_no_capture_needs_is_refused_before_it_is_decoded(text: str) -> None:
    tracemalloc.start()
    with pytest.raises(CaptureError) as caught:
        read_capture(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "too-large" and peak < 8 * len(text)


def test_scripts_in_a_large_har_are_no_values() -> None:
    script = "[,{,[,{," * 500_001 + 'a["\\\\"]'
    post = {"params": [{"name": "SAMLResponse", "value": posted(response())}]}
    page: dict[str, object] = {"response": {"content": {"text": script}}}
    text = json.dumps({"log": {"entries": [page, {"request": {"postData": post}}]}})
    assert text.count(",") + text.count("[") + text.count("{") > 4_000_000
    assert read_capture(text).container == "har"


def test_many_begun_certificates_cost_no_more() -> None:
    def cost(number: int) -> float:
        started = time.thread_time()
        with suppress(CaptureError):
            read_trusted("-----BEGIN CERTIFICATE-----" * number)
        return time.thread_time() - started

    assert cost(2000) < 15 * max(min(cost(200) for _ in range(3)), 0.002)
