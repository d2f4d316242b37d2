"""Everything known of one person, the two stored values in full under each other."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from scimtui.directory import Person, Verdict
from scimtui.findings import Finding
from scimtui.text import printable, printable_name, visible_blanks
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
Piece = tuple[str, str] | str


class PersonView(VerticalScroll, can_focus=True):
    """The detail of the person under the cursor."""

    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = """
    PersonView { padding: 0 1 0 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    PersonView > Static { width: 1fr; height: auto; }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="person")

    def show(self, person: Person | None, told: str = "") -> None:
        """Show a person; `told` says where and when this was read."""
        self.show_content(Content("") if person is None else person_content(person, told))

    def show_content(self, content: Content) -> None:
        """Show another text about a person."""
        self.query_one("#person", Static).update(content)
        self.scroll_home(animate=False)


def person_content(person: Person, told: str) -> Content:
    """The whole text of a person's detail."""
    pieces: list[Piece] = [*head_pieces(person), *value_pieces(person), *_findings(person)]
    if told:
        pieces += [_LINE, (told, "$quiet")]
    return Content.assemble(*pieces)


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


def value_pieces(person: Person) -> list[Piece]:
    """The two stored values in full, under each other."""
    record, known = person.record, person.known
    scim_note = "" if record.scim_active is not False else "  (inactive)"
    pieces: list[Piece] = [_LINE, ("Stored for SCIM (externalId)", ""), _LINE]
    pieces += [*_value(record.scim_uid, record.saml_uid, known.scim), (scim_note, "$warning"), _LINE]
    pieces += [("Stored for sign-in (NameID)", ""), _LINE]
    pieces += [*_value(record.saml_uid, record.scim_uid, known.saml), _LINE]
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
    if len(uid) == len(other):
        marks = [mine != theirs for mine, theirs in zip(uid, other, strict=True)]
    else:
        start = _common(uid, other)
        end = _common(uid[start:][::-1], other[start:][::-1])
        marks = [start <= place < len(uid) - end for place in range(len(uid))]
    if sum(marks) * 2 > len(uid):
        return [(visible_blanks(uid), "")]  # another value altogether: marks would say nothing
    pieces: list[Piece] = []
    run, marked = "", False
    for character, mark in zip(uid, marks, strict=True):
        if mark != marked and run:
            pieces.append((visible_blanks(run), _style(marked)))
            run = ""
        run, marked = run + character, mark
    pieces.append((visible_blanks(run), _style(marked)))
    return pieces


def _style(marked: bool) -> str:
    return "bold underline $warning" if marked else ""


def _common(one: str, other: str) -> int:
    size = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        size += 1
    return size


def _findings(person: Person) -> list[Piece]:
    look = VERDICTS[person.verdict]
    pieces: list[Piece] = []
    if person.verdict is Verdict.MATCH and not person.findings:
        pieces += [_LINE, (f"{look.sign} The two stored values are the same", f"${look.colour}"), _LINE]
        pieces += [("Sign-in works if the IdP sends exactly this value as NameID.", "$quiet"), _LINE]
    return [*pieces, *finding_pieces(person.findings)]


def finding_pieces(findings: Iterable[Finding]) -> list[Piece]:
    """Each finding: what, what was seen where it does not stand above already, why, what to do."""
    pieces: list[Piece] = []
    for finding in findings:
        sign = SEVERITIES[finding.severity]
        colour = "" if sign.colour == "plain" else f"${sign.colour}"
        pieces += [_LINE, (f"{sign.sign} {finding.title}", f"bold {colour}".strip()), _LINE]
        if finding.seen and finding.code not in _SEEN_ABOVE:
            pieces += [(printable(finding.seen), "$quiet"), _LINE]
        if finding.why:
            pieces += [finding.why, _LINE]
        if finding.fix:
            pieces += [(f"→ {finding.fix}", "$accent"), _LINE]
    return pieces
