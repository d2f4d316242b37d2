"""Everything known of one person, the two stored values in full under each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from scimtui.directory import Person, Verdict
from scimtui.findings import Finding
from scimtui.text import printable, printable_name, visible_blanks
from scimtui.tui.widgets.hanging import Piece, Wrapped, hung
from scimtui.tui.words import BADGE_RULES, SEVERITIES, VERDICTS

_LINE = "\n"
# What these findings have seen stands above them already: the two values, and the state.
_SEEN_ABOVE = frozenset(
    {
        "uids-differ",
        "case-differs",
        "no-saml-identity",
        "no-scim-identity",
        "scim-inactive",
        "uid-is-email",
        "uid-outer-blanks",
        "account-blocked",
    }
)


class PersonView(VerticalScroll, can_focus=True):
    """The detail of the person under the cursor."""

    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = """
    PersonView { padding: 0 1 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    def compose(self) -> ComposeResult:
        yield Wrapped(id="person")

    def show(self, person: Person | None) -> None:
        """Show a person."""
        self.show_text(lambda width: Content("") if person is None else person_content(person, width))

    def show_text(self, make: Callable[[int], Content]) -> None:
        """Show another text about a person, made for any number of cells."""
        self.query_one(Wrapped).show(make)
        self.scroll_home(animate=False)


def person_content(person: Person, width: int) -> Content:
    """The whole text of a person's detail."""
    return Content.assemble(*head_pieces(person), *value_pieces(person, width), *_findings(person, width))


def head_pieces(person: Person) -> list[Piece]:
    """Who it is: account, membership, role, the badge and by which rule."""
    record = person.record
    pieces: list[Piece] = [(printable_name(record.name) or "(no name)", "bold")]
    if record.enterprise:
        pieces += ["  ", ("Enterprise", "bold $enterprise")]
    elif record.enterprise is None:
        pieces += ["  ", ("Enterprise?", "$quiet")]
    handle = " · ".join(printable(text) for text in (record.username, record.email) if text)
    role = {True: record.role, False: "no member of the group", None: ""}[record.member]
    number = f"user {record.user_id}" if record.user_id is not None else ""
    bot = "bot or service account" if record.bot else ""
    facts = " · ".join(printable(text) for text in (role, record.state, number, bot) if text)
    for line in (handle, facts):
        if line:
            pieces += [_LINE, (line, "$quiet")]
    badge = "Badge" if record.enterprise is not False else "No badge"
    pieces += [_LINE, (f"{badge} {BADGE_RULES[person.badge]}", "$quiet"), _LINE]
    return pieces


def value_pieces(person: Person, width: int) -> list[Piece]:
    """The two stored values in full, under each other."""
    record, known = person.record, person.known
    scim_note = "" if record.scim_active is not False else "  (inactive)"
    pieces: list[Piece] = [_LINE, ("Stored for SCIM (externalId)", ""), _LINE]
    scim = [*_value(record.scim_uid, record.saml_uid, known.scim), (scim_note, "$warning")]
    pieces += [hung((), scim, width, within=False), _LINE]
    pieces += [("Stored for sign-in (NameID)", ""), _LINE]
    saml = _value(record.saml_uid, record.scim_uid, known.saml)
    pieces += [hung((), saml, width, within=False), _LINE]
    return pieces


def _value(uid: str | None, other: str | None, was_read: bool) -> list[Piece]:
    if uid is None:
        return [("—" if was_read else "not known", "$quiet")]
    if other is None or uid == other:
        return [(visible_blanks(uid), "")]
    return marked_difference(uid, other)


def marked_difference(uid: str, other: str) -> list[Piece]:
    """The value, with the characters marked that differ from the other one.

    Values of one length are compared place by place; else what lies between the common start and
    end is marked.
    """
    marks = differing(uid, other)
    if not any(marks):
        return [(visible_blanks(uid), "")]
    pieces: list[Piece] = []
    run, marked = "", False
    for character, mark in zip(uid, marks, strict=True):
        if mark != marked and run:
            pieces.append((visible_blanks(run), _style(marked)))
            run = ""
        run, marked = run + character, mark
    pieces.append((visible_blanks(run), _style(marked)))
    return pieces


def differing(uid: str, other: str) -> list[bool]:
    """For each character of the value whether it differs; for none where it is another value altogether."""
    if len(uid) == len(other):
        marks = [mine != theirs for mine, theirs in zip(uid, other, strict=True)]
    else:
        start = _common(uid, other)
        end = _common(uid[start:][::-1], other[start:][::-1])
        marks = [start <= place < len(uid) - end for place in range(len(uid))]
    # Where all is different, marks would say nothing.
    return marks if sum(marks) * 2 <= len(uid) else [False] * len(uid)


def _style(marked: bool) -> str:
    return "bold underline $warning" if marked else ""


def _common(one: str, other: str) -> int:
    size = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        size += 1
    return size


def _findings(person: Person, width: int) -> list[Piece]:
    look = VERDICTS[person.verdict]
    pieces: list[Piece] = []
    if person.verdict is Verdict.MATCH and not person.findings:
        same = ("The two stored values are the same", f"${look.colour}")
        pieces += [_LINE, hung([(f"{look.sign} ", f"${look.colour}")], [same], width), _LINE]
        pieces += [("Sign-in works if the IdP sends exactly this value as NameID.", "$quiet"), _LINE]
    return [*pieces, *finding_pieces(person.findings, width)]


def finding_pieces(findings: Iterable[Finding], width: int) -> list[Piece]:
    """Each finding: what, what was seen where it does not stand above already, why, what to do.

    Args:
        width: cells there are for it.
    """
    pieces: list[Piece] = []
    for finding in findings:
        sign = SEVERITIES[finding.severity]
        colour = "" if sign.colour == "plain" else f"${sign.colour}"
        style = f"bold {colour}".strip()
        pieces += [_LINE, hung([(f"{sign.sign} ", style)], [(finding.title, style)], width), _LINE]
        if finding.seen and finding.code not in _SEEN_ABOVE:
            pieces += [(printable(finding.seen), "$quiet"), _LINE]
        if finding.why:
            pieces += [finding.why, _LINE]
        if finding.fix:
            pieces += [hung([("→ ", "$accent")], [(finding.fix, "$accent")], width), _LINE]
    return pieces
