"""Entra's and Okta's expressions: what the vendors' references say, what is never guessed, and junk."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.mappings.expressions import entra, entra_parser, okta, okta_parser
from scimtui.mappings.expressions.results import NULL, ExpressionError, Null, Unevaluated, Value

USER: dict[str, Any] = {
    "givenName": "Zoë",
    "surname": "Dubois",
    "mail": "zoe@contoso.com",
    "userPrincipalName": "John.Doe@contoso.com",
    "extensionAttribute1": "",
    "IsSoftDeleted": False,
    "objectId": "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60",
    "state": "NSW",
    "proxyAddresses": ["SMTP:a@x", "smtp:b@x", "SMTP:a@x"],
    "telephoneNumber": "+1 (425) 555-0100",
}

ENTRA: list[tuple[str, object]] = [
    ("[objectId]", USER["objectId"]),
    ("objectId", USER["objectId"]),
    ("[OBJECTID]", USER["objectId"]),
    ("[missing]", NULL),
    ("[IsSoftDeleted]", "False"),
    ('"a \\"quoted\\" \\\\ and \\d"', 'a "quoted" \\ and \\d'),
    ("&HFF", "255"),
    ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "True"),
    ('Switch([state], [state], "NSW", "Australia/Sydney", "QLD", "Australia/Brisbane")', "Australia/Sydney"),
    ('Switch([state], "other", "nsw", "x")', "other"),
    ('Switch([missing], , "a", "b")', NULL),
    ('Switch([missing], "d", "", "empty")', "empty"),
    ('Switch([extensionAttribute1], "d", "", "empty")', "empty"),
    ('IIF([state]="NSW", "here", "there")', "here"),
    ('IIF([state]<>"NSW", "here", "there")', "there"),
    ('IIF(IsPresent([mail]), [mail], "none")', "zoe@contoso.com"),
    ("Coalesce([missing], [mail])", "zoe@contoso.com"),
    ("Coalesce([extensionAttribute1], [mail])", ""),
    ("Coalesce([missing])", NULL),
    ('Append([givenName], "!")', "Zoë!"),
    ('Join(" ", [givenName], [surname])', "Zoë Dubois"),
    ('Join(".", [givenName], [missing], [extensionAttribute1], [surname])', "Zoë.Dubois"),
    ('Join(";", [proxyAddresses])', "SMTP:a@x;smtp:b@x;SMTP:a@x"),
    ("Not([IsSoftDeleted])", "True"),
    ("Not([missing])", "True"),
    ('Not("True")', "False"),
    ("IsNull([missing])", "True"),
    ("IsNull([extensionAttribute1])", "False"),
    ("IsNullOrEmpty([extensionAttribute1])", "True"),
    ("IsPresent([extensionAttribute1])", "False"),
    ("IsString([proxyAddresses])", "False"),
    ('CBool("True")', "True"),
    ('Left("John Doe", 3)', "Joh"),
    ('Left("John Doe", 0)', ""),
    ('Left("John Doe", -1)', "John Doe"),
    ("Left([missing], 3)", ""),
    ('Mid("John Doe", 3, 5)', "hn Do"),
    ('Mid("John Doe", 6, 999)', "Doe"),
    ('InStr("The quick brown fox", "quick")', "5"),
    ('InStr("repEated", "e", 3, vbBinaryCompare)', "7"),
    ('InStr("repEated", "e", 3, vbTextCompare)', "4"),
    ('InStr("a", "b")', "0"),
    ("Item([proxyAddresses], 2)", "smtp:b@x"),
    ('Word("The quick brown fox", 3, " ")', "brown"),
    ('Word("This,string!has&many separators", 3, ",!&#")', "has"),
    ('Word("one", 2, " ")', ""),
    ('Replace([mail], "@contoso.com", , , "", , )', "zoe"),
    ('Replace([telephoneNumber], , "[()\\s-]", , "", , )', "+14255550100"),
    ('Replace([userPrincipalName], , "(?<Suffix>@(.)*)", "Suffix", "", , )', "John.Doe"),
    ('Replace([surname], "{s}", , , , , "user-{s}")', "user-Dubois"),
    ('Replace([missing], , "^(?<n>[^@]+)", "n", , [mail], )', "zoe"),
    ('Replace([surname], , "^(?<n>[^@]+)", "n", , [mail], )', "Dubois"),
    ('Replace([mail], , "^(?<n>[^@]+)@(?<d>.+)$", , "${d}/${n}", , )', "contoso.com/zoe"),
    ("ToLower([userPrincipalName], )", "john.doe@contoso.com"),
    ('ToUpper("a", "en-US")', "A"),
    ('PCase("joHN o-DOE")', "John O-Doe"),
    ('PCase("ANNA LINDQVIST (EXT)")', "Anna Lindqvist (Ext)"),
    ('PCase("o\'NEIL x_y/z 3rd abc1DEF")', "O'neil X_Y/Z 3Rd Abc1def"),
    ('PCase("PINTO-DE\'SILVA", " \'-")', "Pinto-De'Silva"),
    ('PCase("ANNA (EXT)", " ")', "Anna (ext)"),
    ('PCase("john-doe smith", "-")', "John-Doe smith"),
    ('StripSpaces("a b\\tc")', "ab\\tc"),
    ("NormalizeDiacritics([givenName])", "Zoe"),
    ('NormalizeDiacritics("straße Æ ø łı")', "strasse AE oe li"),
    ('NormalizeDiacritics("Frǣda ǿ Ǽ ệ Ǻ")', "Fraeda oe AE e A"),
    ('ConvertToBase64("Hello world!")', "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
    ('ConvertToUTF8Hex("Hello world!")', "48656C6C6F20776F726C6421"),
    ('Split("a.b", ".")', ("a", "b")),
    ("RemoveDuplicates([proxyAddresses])", ("SMTP:a@x", "smtp:b@x")),
    ("Count([proxyAddresses])", "3"),
    ("BitAnd(&HF, &HF7)", "7"),
    ("IgnoreFlowIfNullOrEmpty([extensionAttribute1])", NULL),
    ("Redact([mail])", "zoe@contoso.com"),
    ('CDate("2022-05-22T21:03:04Z")', "5/22/2022 9:03:04 PM"),
    ('CDate("2013-08-29")', "8/29/2013 12:00:00 AM"),
    ("CDate([missing])", NULL),
    ('CDate("2025-03-10+05:30")', "3/9/2025 6:30:00 PM"),
    ('CDate("2020-12-31-08:00")', "12/31/2020 8:00:00 AM"),
    ('CDate("2025-03-10Z")', "3/10/2025 12:00:00 AM"),
    ('CDate("3/10/2025 10:00:00 AM +05:30")', "3/10/2025 4:30:00 AM"),
    ('CDate("2025-03-10T10:00:00.1234567Z")', "3/10/2025 10:00:00 AM"),
    ('CDate("Mon, 10 Mar 2025 10:00:00 GMT")', "3/10/2025 10:00:00 AM"),
    ('CDate("March 10, 2025")', "3/10/2025 12:00:00 AM"),
    ('FormatDateTime("2020-12-31+08:00", , "yyyy-MM-ddzzz", "yyyy-MM-dd")', "2020-12-30"),
    ('FormatDateTime("2020-12-31T10:00:00.12Z", , "yyyy-MM-ddTHH:mm:ss.ffK", "HH:mm zzz")', "10:00 +00:00"),
    (
        'FormatDateTime("12/10/2018 6:30 PM -05", , "MM/dd/yyyy h:mm tt zz", "yyyy-MM-dd HH:mm")',
        "2018-12-10 23:30",
    ),
    ('DateAdd("d", -1, CDate("5/22/2022 9:03:04 PM"))', "5/21/2022 9:03:04 PM"),
    ('DateAdd("yyyy", 10, "2012-12-31")', "12/31/2022 12:00:00 AM"),
    ('DateAdd("m", 1, "2020-01-31")', "2/29/2020 12:00:00 AM"),
    ('DateAdd("q", -1, "2020-05-31")', "2/29/2020 12:00:00 AM"),
    ('DateAdd("ww", 2, "2020-01-01")', "1/15/2020 12:00:00 AM"),
    ('DateDiff("d", "2021-08-18", "2022-08-25")', "372"),
    ('DateDiff("h", "2021-08-18T00:30:00Z", "2021-08-18T02:29:00Z")', "1"),
    ('DateDiff("yyyy", "2021-12-31", "2022-01-01")', "1"),
    ('DateDiff("m", "2021-12-31", "2022-02-01")', "2"),
    ('DateDiff("ww", "2022-01-01", "2022-01-02")', "1"),
    ('FormatDateTime("20080207063000.0Z", , "yyyyMMddHHmmss.fZ", "yyyy-MM-dd")', "2008-02-07"),
    (
        'FormatDateTime("12/10/2018 06:30:00 PM", , "MM/dd/yyyy hh:mm:ss tt", "yyyy-MM-ddTHH:mm:ssZ")',
        "2018-12-10T18:30:00Z",
    ),
    ('NumFromDate("2012-01-01 23:00:00")', "129699324000000000"),
    ("DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM"),
    ('Join (\n  "" ,\n [givenName] )', "Zoë"),
]


@pytest.mark.parametrize(("expression", "expected"), ENTRA, ids=lambda value: str(value)[:50])
def test_entra_as_microsofts_reference_says(expression: str, expected: object) -> None:
    wanted = expected if isinstance(expected, Null) else Value(expected)  # type: ignore[arg-type]
    assert entra.evaluate(expression, USER) == wanted


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("Guid()", "another one each time"),
        ("RandomString(4, 4, 0, 0, 0, )", "random"),
        ("Now()", "time"),
        ('SelectUniqueValue([mail], "x")', "which value is free"),
        ("SingleAppRoleAssignment([appRoleAssignments])", "roles"),
        ("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", "roles"),
        ('CDate("tomorrow")', "no date"),
        ('CDate("2025-03-10 EST")', "no date"),
        ('CDate("2025-03-10+15:00")', "no date"),
        ('CDate("2025-02-30")', "no date"),
        ('DateAdd("z", 1, CDate("2020-01-01"))', "no interval"),
        ('DateAdd("yyyy", 9999, "2020-01-01")', "calendar"),
        ('FormatDateTime("x", , "yyyy", "yy")', "not of the format"),
        ("tolower([mail])", "capitals: ToLower"),
        ("Frobnicate([mail])", "not a function that is known"),
        ('IIF([missing]="a", "x", "y")', "fails"),
        ('IIF([state], "x", "y")', "neither True nor False"),
        ('Append([missing], "x")', "not documented"),
        ('Switch([state], "x", "y")', "pairs"),
        ('Mid("a", 0, 1)', "counts from 1"),
        ('Mid("a", "b", 1)', "number"),
        ("Item([proxyAddresses], 9)", "past the end"),
        ('Replace([mail], , "(", , "", , )', "can't be read"),
        ('Replace([mail], , "o", "nosuch", "x", , )', "no such group"),
        ('Replace([mail], "a", "b", , , , )', "no mode"),
        ("ToLower()", "takes"),
        ("Coalesce([missing], Guid())", "Guid"),
    ],
)
def test_what_entra_does_not_tell_is_not_guessed(expression: str, reason: str) -> None:
    result = entra.evaluate(expression, USER)
    assert isinstance(result, Unevaluated) and reason in result.reason


@pytest.mark.parametrize(
    ("expression", "column", "words"),
    [
        ("", 1, "empty"),
        ('Mid("abc", 1', 13, "too early"),
        ('Join(" ", [a] [b])', 15, "does not belong"),
        ('Join("abc', 6, "not closed"),
        ("[abc", 1, "not closed"),
        ("[a] AND [b]", 5, "AND"),
        ("[a] + [b]", 5, "+"),
        ("Left([a],, 3))", 14, ")"),
        ("ToLower(" * 61 + "[a]" + ")" * 61, 1, "inside each other"),
        ("&H" + "F" * 17, 1, "digits"),
        ("a" * 10_001, 10_000, "longer"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_syntax_error_shows_its_column(expression: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError, match="column") as raised:
        entra.evaluate(expression, USER)
    assert raised.value.column == column and words in raised.value.what


@pytest.mark.parametrize(
    "expression",
    [
        'IIF([m] < "3", "a", "b")',
        'IIF([long] < "3", "a", "b")',
        'Replace([missing], , "(?<x>-)", "nogrp", , [m], )',
        'FormatDateTime("01 01", , "dd dd", "yyyy")',
        'CDate("0001-01-01T00:00:00+05:00")',
        'DateDiff("ww", "0001-01-01", "2020-01-01")',
    ],
)
def test_an_odd_value_is_a_result_and_no_exception(expression: str) -> None:
    result = entra.evaluate(expression, {"m": "--5", "long": "9" * 5000})
    assert isinstance(result, Unevaluated | Value)


def test_texts_inside_texts_do_not_fill_the_memory() -> None:
    inner, okta_inner = '"aaaaaaaaaa"', '"aaaaaaaaaa"'
    for _ in range(9):
        inner = f'Replace({inner}, "a", , , "aaaaaaaaaa", , )'
        okta_inner = f'String.replace({okta_inner}, "a", "aaaaaaaaaa")'
    assert entra.evaluate(inner, {}) == Unevaluated("the value is too long")
    assert okta.evaluate(okta_inner, {}) == Unevaluated("the value is too long")


def test_a_pattern_that_would_hang_is_stopped() -> None:
    begun = time.monotonic()
    result = entra.evaluate('Replace([x], , "(a+)+$", , "b", , )', {"x": "a" * 40 + "!"})
    assert isinstance(result, Unevaluated | Value)
    assert time.monotonic() - begun < 5
    slow = entra.evaluate('Replace([x], , "(a|a|aa)+(b|b)+$", , "b", , )', {"x": "a" * 60 + "!"})
    assert slow == Unevaluated("the pattern takes too long") or isinstance(slow, Value)


names = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
leaves = st.one_of(
    st.from_regex(r"[A-Za-z0-9 .:-]{1,12}", fullmatch=True).map(entra_parser.Attribute),
    st.text(max_size=12).map(entra_parser.Text),
    st.integers(-999, 999).map(lambda number: entra_parser.Number(str(number))),
    names.map(entra_parser.Word),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            entra_parser.Call, names, st.lists(st.one_of(st.none(), inner), max_size=4).map(tuple)
        ).filter(lambda call: call.slots != (None,)),
    ),
    max_leaves=12,
)


@given(trees)
def test_what_entras_parser_prints_it_reads_again(tree: entra_parser.Expression) -> None:
    assert entra_parser.parse(entra_parser.written(tree)) == tree


@given(st.text(max_size=80))
def test_junk_is_an_error_or_a_result(text: str) -> None:
    for evaluate in (entra.evaluate, okta.evaluate):
        try:
            result = evaluate(text, {})
        except ExpressionError as error:
            assert 1 <= error.column <= len(text) + 1
        else:
            assert isinstance(result, Value | Null | Unevaluated)


@given(st.text(alphabet="()[]{}\",\\=<>&H?:+-!.$abIF19 '", max_size=120))
def test_junk_of_the_right_signs_is_an_error_or_a_result(text: str) -> None:
    for evaluate in (entra.evaluate, okta.evaluate):
        try:
            evaluate(text, {"a": "b"})
        except ExpressionError as error:
            assert error.what


# ── Okta ─────────────────────────────────────────────────────────────────────

OKTA_USER: dict[str, Any] = {
    "id": "00u1a2b3c4d5e6f7g8h9",
    "status": "ACTIVE",
    "login": "zoe@acme.example",
    "email": "Zoe@acme.example",
    "firstName": "Zoë",
    "lastName": "Dubois",
    "nickName": "",
    "tags": ["a", "b"],
}
OKTA: list[tuple[str, object]] = [
    ("user.email", "Zoe@acme.example"),
    ("user.profile.email", "Zoe@acme.example"),
    ('user.getInternalProperty("id")', "00u1a2b3c4d5e6f7g8h9"),
    ("user.getInternalProperty('status')", "ACTIVE"),
    ("user.missing", NULL),
    ("null", NULL),
    ("NULL", NULL),
    ('Arrays.isEmpty(Null) ? "none" : "some"', "none"),
    ('user.login matches "z.*example" ? "yes" : "no"', "yes"),
    ('user.login MATCHES "z" ? "yes" : "no"', "no"),
    ('user.status eq "ACTIVE" and not (user.nickName ne "")', "true"),
    ("7 / 2 + 7 % 2 * 2", "5"),
    ('user.profile.login.substringBefore("@").toUpperCase()', "ZOE"),
    ('user.login.contains("acme") ? "in" : "out"', "in"),
    ("user['login']", "zoe@acme.example"),
    ("${source.login}", "zoe@acme.example"),
    ("${fn:toLowerCase(source.email)}", "zoe@acme.example"),
    ("${fn:substringBefore(source.email, '@')}@other.example", "Zoe@other.example"),
    ('user.firstName + " " + user.lastName', "Zoë Dubois"),
    ('user.nickName ?: "none"', "none"),
    ('user.missing ?: "none"', "none"),
    ('user.firstName ?: "none"', "Zoë"),
    ('user.login == "zoe@acme.example" ? "yes" : "no"', "yes"),
    ('user.login != null AND user.nickName == "" ? "yes" : "no"', "yes"),
    ("!false OR false", "true"),
    ("1 + 2", "3"),
    ("3 > 2", "true"),
    ("{'a', 'b'}[1]", "b"),
    ("user.tags[0]", "a"),
    ('String.append("This is", " a test")', "This is a test"),
    ('String.join(",", "This", "is", "a", "test")', "This,is,a,test"),
    ('String.join("", "This", "is", "a", "test")', "Thisisatest"),
    ('String.len("This")', "4"),
    ('String.removeSpaces("This is a test")', "Thisisatest"),
    ('String.replace("This is a test", "is", "at")', "That at a test"),
    ('String.replaceFirst("This is a test", "is", "at")', "That is a test"),
    ('String.startsWith("This", "Th")', "true"),
    ('String.stringContains("This is a test", "test")', "true"),
    ('String.stringContains("This is a test", "doesn\'tExist")', "false"),
    ('String.stringSwitch("This is a test", "default", "key1", "value1")', "default"),
    ('String.stringSwitch("This is a test", "default", "test", "value1")', "value1"),
    ('String.stringSwitch("First match wins", "default", "absent", "1", "wins", "2", "match", "3")', "2"),
    ('String.stringSwitch("Substring count", "default", "ring", "value1")', "value1"),
    ('String.substring("This is a test", 2, 9)', "is is a"),
    ('String.substringAfter("abc@okta.com", "@")', "okta.com"),
    ('String.substringAfter("abc", "@")', ""),
    ('String.substringBefore("abc@okta.com", "@")', "abc"),
    ('String.substringBefore("abc", "@")', "abc"),
    ('String.toUpperCase("This")', "THIS"),
    ('String.toLowerCase("ThiS")', "this"),
    ('toLowerCase("ThiS")', "this"),
    ('Arrays.add({"10", "20", "30"}, "40")', ("10", "20", "30", "40")),
    ('Arrays.remove({"10", "20", "30"}, "20")', ("10", "30")),
    ('Arrays.clear({"10"})', ()),
    ('Arrays.get({"0", "1", "2"}, 0)', "0"),
    ('Arrays.flatten("10", {"20", "30"}, "40")', ("10", "20", "30", "40")),
    ('Arrays.contains({"10", "20"}, "10")', "true"),
    ('Arrays.size({"10", "20"})', "2"),
    ("Arrays.isEmpty({})", "true"),
    ('Arrays.toCsvString({"a", "b"})', "a,b"),
    ('Convert.toInt("1234")', "1234"),
    ('Convert.toInt("123.4")', "123"),
    ('Convert.toInt("123.6")', "124"),
    ('Convert.toInt("-1.7")', "-2"),
    ('String.replace("ab", "", "x")', "ab"),
]


@pytest.mark.parametrize(("expression", "expected"), OKTA, ids=lambda value: str(value)[:50])
def test_okta_as_its_reference_says(expression: str, expected: object) -> None:
    wanted = expected if isinstance(expected, Null) else Value(expected)  # type: ignore[arg-type]
    assert okta.evaluate(expression, OKTA_USER) == wanted


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("Time.now()", "time"),
        ('isMemberOfGroupName("x")', "groups"),
        ('getManagerUser("active_directory").firstName', "manager"),
        ('Iso3166Convert.toAlpha2("USA")', "country"),
        ("hasDirectoryUser()", "another app"),
        ("Arrays.isEmpty(user.getGroups({'group.profile.name': 'ops'}))", "groups"),
        ("user.getGroups({'group.type': {'OKTA'}}).![profile.name]", "groups"),
        ("user.isMemberOf({'group.id': {'00g1'}})", "groups"),
        ("isMemberOfGroupNameContains('x')", "groups"),
        ("appuser.email", "application's own"),
        ("idpuser.email", "another identity provider"),
        ("user.userName", "application's username"),
        ("string.toLowerCase(user.login)", "String.toLowerCase"),
        ("String.tolowercase(user.login)", "String.toLowerCase"),
        ("arrays.contains(user.tags, 'a')", "Arrays.contains"),
        ("time.now()", "Time.now"),
        ("User.email", "it is written user"),
        ("1 / 0", "by zero"),
        ("1.5 + 2", "decimal"),
        ("user.login.reverse()", "not a function"),
        ("active_directory.email", "not in the user's profile"),
        ("frobnicate(user.email)", "not a function that is known"),
        ("user", "no value"),
        ('user.login ? "a" : "b"', "neither true nor false"),
        ('String.substring("a", 2, 9)', "past the end"),
        ("user.tags[7]", "past the end"),
        ('Convert.toInt("x")', "number"),
        ('String.len("a", "b")', "takes 1 values"),
    ],
)
def test_what_okta_does_not_tell_is_not_guessed(expression: str, reason: str) -> None:
    result = okta.evaluate(expression, OKTA_USER)
    assert isinstance(result, Unevaluated) and reason in result.reason


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ("", 1),
        ("user.email +", 13),
        ('"abc', 1),
        ("user..email", 6),
        ("${user.email", 1),
        ("a${user.}", 9),
        ("(" * 50, 51),
        ("user.a" + "==user.a" * 1000, 1),
        ("user.tags" + "[0]" * 1000, 1),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_syntax_error_of_okta_shows_its_column(expression: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        okta.evaluate(expression, OKTA_USER)
    assert raised.value.column == column


okta_leaves = st.one_of(
    st.text(alphabet="abc 1@.", max_size=8).map(okta_parser.Literal),
    st.sampled_from(["email", "login"]).map(lambda name: okta_parser.Member(okta_parser.Name("user"), name)),
)
okta_trees = st.recursive(
    okta_leaves,
    lambda inner: st.one_of(
        st.builds(okta_parser.Binary, st.sampled_from(["+", "==", "AND", "OR", "?:", "<"]), inner, inner),
        st.builds(okta_parser.Ternary, inner, inner, inner),
        st.builds(lambda inside: okta_parser.Call("toUpperCase", (inside,)), inner),
        st.builds(lambda of: okta_parser.Unary("!", of), inner),
        st.builds(okta_parser.Items, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=10,
)


@given(okta_trees)
def test_what_oktas_parser_prints_it_reads_again(tree: okta_parser.Tree) -> None:
    assert okta_parser.parse(okta_parser.written(tree)) == tree
