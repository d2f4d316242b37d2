"""Sign-in: what a captured sign-in says, what GitLab makes of it, and what to do."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from scimtui.corrections import Action, Identity, Subject
from scimtui.diagnosis import Diagnosis, Presented, diagnose, presented_by, stored_around
from scimtui.directory import People, Person
from scimtui.directory.signin import SAME_AS_EXTERNAL_ID
from scimtui.findings import Finding, Severity, gravest_first
from scimtui.saml import Capture, CaptureError, Expected, judge, read_capture, refusals
from scimtui.saml.signature import (
    NOT_CHECKED,
    SignatureUnavailable,
    Trusted,
    check_signature,
    read_trusted,
)
from scimtui.tui.doors import DoorError
from scimtui.tui.job import Job
from scimtui.tui.screens.asking import AskScreen, asked_file
from scimtui.tui.screens.correct import CorrectScreen
from scimtui.tui.screens.person import PersonScreen
from scimtui.tui.sections import SIGN_IN, InSection
from scimtui.tui.shelf import Shelf
from scimtui.tui.telling import workspace_place
from scimtui.tui.widgets.bars import TopBar
from scimtui.tui.widgets.failure_panel import FailurePanel
from scimtui.tui.widgets.key_line import KeyLine
from scimtui.tui.widgets.sign_in_view import WELCOME, Looked, sign_in_content
from scimtui.workspace import Workspace

_NO_PROFILE = "No profile is open, so it was compared with nobody."
_NOT_READ = "Nobody has been read yet, so it was compared with nobody. It is compared once people are there."


class SignInScreen(InSection):
    """Works without profile, token and network; with people there, it compares."""

    section: ClassVar[str] = SIGN_IN
    DEFAULT_CSS = """
    SignInScreen {
        #body { height: 1fr; padding: 1 2; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        #body > Static { width: 1fr; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "file", "file", tooltip="Open a file with a captured sign-in", id="file"),
        Binding("i", "name_id", "NameID", tooltip="Type a NameID, or paste one line", id="name-id"),
        Binding(
            "k",
            "certificate",
            "certificate",
            tooltip="Check the signature by a certificate",
            id="certificate",
        ),
        Binding("n", "step(1)", "next", tooltip="Next sign-in of this capture", id="next"),
        Binding("b", "step(-1)", "before", tooltip="The sign-in before", id="before"),
        Binding("c", "correct", "correct", tooltip="Correct the person's stored value to this", id="correct"),
        Binding("enter", "person", "person", key_display="⏎", tooltip="Open the person", id="person"),
        Binding("escape", "back", "back", show=False, id="back"),
    ]

    def __init__(self, workspace: Workspace | None, shelf: Shelf) -> None:
        super().__init__()
        self._workspace, self._shelf = workspace, shelf
        self._capture: Capture | None = None
        self._place = 0
        self._looked: Looked | None = None
        self._sent: Presented | None = None
        self._meant: Person | None = None
        self._compared: People | None = None
        self._trusted: Trusted | None = None

    def compose(self) -> ComposeResult:
        yield from self.bars()
        with VerticalScroll(id="body", can_focus=True):
            yield Static(WELCOME, id="text", markup=False)
        yield FailurePanel()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one("#body").focus()
        self._stop = self._shelf.listen(self._people_changed)

    def on_unmount(self) -> None:
        self._stop()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._people_changed()

    def _people_changed(self) -> None:
        if self._capture is not None and self.is_mounted:
            self._look()

    def on_screen_resume(self) -> None:
        """The people may have been read, or read anew, meanwhile."""
        self.query_one(TopBar).show(workspace_place(self._workspace))
        if self._compared is not self._shelf.people:
            self._people_changed()

    def expect(self, person: Person) -> None:
        """Say who tries to sign in."""
        self._meant = person
        if self._capture is not None:
            self._look()
        else:
            who = person.record.name or person.record.username
            self.query_one("#text", Static).update(
                Content(WELCOME.replace("Sign-in check", f"Sign-in check for {who}", 1))
            )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What leads nowhere has no key."""
        if action == "step":
            return self._capture is not None and len(self._capture.sign_ins) > 1
        if action == "certificate":
            return self._capture is not None and self._capture.sign_ins[self._place].xml is not None
        if action == "person":
            return self._person is not None
        if action == "correct":
            return self._suggested() is not None
        return True

    @property
    def _person(self) -> Person | None:
        diagnosis = self._looked.diagnosis if self._looked is not None else None
        return diagnosis.person if diagnosis is not None else None

    @property
    def _expected(self) -> Expected | None:
        """Where a response for the profile's group has to go; None without one."""
        return Expected.at(self._workspace.profile.address) if self._workspace is not None else None

    # ── taking in ────────────────────────────────────────────────────────────

    def on_paste(self, event: events.Paste) -> None:
        """A terminal hands over what was pasted in one piece."""
        event.stop()
        self._read(event.text)

    @work(group="dialog", description="ask for a file")
    async def action_file(self) -> None:
        """Open a file."""
        note = "a SAML-tracer export, a HAR, or any text with a response; it is read and not kept"
        try:
            asked = await asked_file(self, "Which file?", note, "trace.json")
        except DoorError as error:
            title, _, fix = str(error).partition("\nnext: ")
            self.query_one(FailurePanel).tell(
                Finding("not-read", Severity.ERROR, title, fix=fix), hint="Esc hide"
            )
        else:
            if asked is not None:
                given = asked[0]
                self._read(given)

    @work(group="dialog", description="ask for a NameID")
    async def action_name_id(self) -> None:
        """Type a NameID."""
        note = "exactly as it is sent: case counts, and blanks too"
        value = await self.app.push_screen_wait(AskScreen("Which NameID was sent?", note, "NameID"))
        if value is not None:
            self._read(value)

    @work(group="dialog", description="ask for a certificate")
    async def action_certificate(self) -> None:
        """Give what the signature is checked by."""
        note = "the PEM file of the identity provider's signing certificate, or its SHA-256 in hex"
        given = await self.app.push_screen_wait(AskScreen("Which certificate?", note, "idp.pem"))
        if given is None:
            return
        self.query_one(FailurePanel).hide()
        try:
            try:
                self._trusted = read_trusted(given)
            except CaptureError:
                read = await asyncio.to_thread(self.console.doors.read_file, given)
                self._trusted = read_trusted(read)
        except (DoorError, CaptureError) as error:
            title, _, fix = str(error).partition("\nnext: ")
            fix = fix or getattr(error, "fix", "")
            self.query_one(FailurePanel).tell(
                Finding("no-certificate", Severity.ERROR, title, fix=fix), hint="Esc hide"
            )
        else:
            self._look()

    @work(exclusive=True, group="read", description="read a captured sign-in")
    async def _read(self, text: str | bytes) -> None:
        self.query_one(FailurePanel).hide()
        try:
            capture = await asyncio.to_thread(read_capture, text)
        except CaptureError as error:
            finding = Finding(error.code, Severity.ERROR, error.what, fix=error.fix)
            self.query_one(FailurePanel).tell(
                finding, "what was there before is still shown" if self._capture else "", hint="Esc hide"
            )
            return
        self._capture, self._place = capture.beginning_with(self._expected), 0
        await self._show()

    def action_step(self, step: int) -> None:
        """Another sign-in of the capture."""
        if self._capture is not None:
            self._place = (self._place + step) % len(self._capture.sign_ins)
            self._look()

    # ── comparing ────────────────────────────────────────────────────────────

    @work(exclusive=True, group="read", description="compare a sign-in with the people")
    async def _look(self) -> None:
        await self._show()

    async def _show(self) -> None:
        capture = self._capture
        if capture is None:
            return
        one = capture.sign_ins[self._place]
        expected = self._expected
        now = self._workspace.now() if self._workspace is not None else self.console.now()
        found = judge(one.response, now=now, expected=expected, captured_at=one.captured_at)
        signature = NOT_CHECKED
        if self._trusted is not None and one.xml is not None:
            try:
                signature, said = await asyncio.to_thread(
                    check_signature, one.xml, one.response, self._trusted, now
                )
                found = gravest_first((*found, *said))
            except SignatureUnavailable as error:
                title, _, fix = str(error).partition("\nnext: ")
                self.query_one(FailurePanel).tell(
                    Finding("no-extra", Severity.ERROR, title, fix=fix), hint="Esc hide"
                )
        diagnosis: Diagnosis | None = None
        self._sent = None
        async with self._shelf.reading() as people:
            self._compared = people
            if people is not None:
                sent = self._sent = presented_by(
                    one.response,
                    tuple(refusals(one.response, now, expected)),
                    by_group=expected is not None,
                    signature=signature,
                )
                stored = await asyncio.to_thread(stored_around, sent, people.snapshot)
                diagnosis = diagnose(sent, stored, meant=self._meant)
        self._looked = Looked(
            container=capture.container,
            place=self._place + 1,
            number=len(capture.sign_ins),
            one=one,
            found=found,
            diagnosis=diagnosis,
            why_none=_NO_PROFILE if self._workspace is None else _NOT_READ,
            meant=self._meant,
            refused=capture.refused_in_words(),
            signature=signature,
        )
        self.query_one("#text", Static).update(sign_in_content(self._looked, now, self.size.width - 6))
        self.query_one("#body").scroll_home(animate=False)
        self.refresh_bindings()

    # ── going on ─────────────────────────────────────────────────────────────

    def _suggested(self) -> Job | None:
        """The correction that this sign-in suggests; None where none would help."""
        person, looked = self._person, self._looked
        if person is None or looked is None or looked.diagnosis is None or self._workspace is None:
            return None
        name_id = looked.one.response.name_id
        if name_id is None or not name_id.value or looked.one.response.ambiguous:
            return None
        if self._sent is None or self._sent.invalid or self._sent.doubted:
            return None  # nobody knows whose response it is
        saml = any(step.code == "correct-saml" for step in looked.diagnosis.steps)
        scim = person.record.scim_uid is not None and person.record.scim_uid != name_id.value
        if not saml and not scim:
            return None
        return Job(
            Action.CHANGE,
            Identity.SAML.value if saml else Identity.SCIM.value,
            name_id.value,
            "from the captured sign-in",
            idp_holds=self._workspace.profile.nameid_source == SAME_AS_EXTERNAL_ID,
        )

    @work(group="dialog", description="correct to the value that was sent")
    async def action_correct(self) -> None:
        """Open the editor with the value that was sent."""
        job, person = self._suggested(), self._person
        if job is None or person is None or self._workspace is None:
            return
        subject = Subject.of(person.record)
        await self.app.push_screen_wait(CorrectScreen(self._workspace, self._shelf, subject, job))

    @work(group="person", description="open the person")
    async def action_person(self) -> None:
        """Open the person."""
        person, people = self._person, self._shelf.people
        if person is None or people is None or self._workspace is None:
            return
        number = await asyncio.to_thread(people.number_of, person.key)
        rows = await asyncio.to_thread(people.rows, [number] if number is not None else [])
        if rows:
            await self.app.push_screen(PersonScreen(self._workspace, self._shelf, rows[0]))

    def action_back(self) -> None:
        """Close the failure; without a profile, leave."""
        self.hide_or_leave()
