"""`scimtui verify`: what a captured sign-in says, and what GitLab makes of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

from scimtui.cli import Chosen
from scimtui.cli.describing_sign_in import describe_comparison, describe_sign_ins
from scimtui.cli.failures import BAD_ANSWER, FINE, REFUSED, WRONG_USE, Failure, say
from scimtui.cli.opening import open_workspace, stored_people
from scimtui.cli.pasting import bytes_of
from scimtui.diagnosis import Diagnosis, Outcome, diagnose, presented_by, stored_around
from scimtui.directory import Person, Snapshot, person_in
from scimtui.findings import Finding, Severity, gravest_first
from scimtui.gitlab.errors import GitLabError
from scimtui.gitlab.secret import without_tokens
from scimtui.profiles import Profile, find_profile, paths
from scimtui.profiles.errors import ProfilesRoomError
from scimtui.saml import Capture, CaptureError, Expected, judge, read_capture, refusals
from scimtui.saml.signature import NOT_CHECKED, SignatureUnavailable, check_signature, read_trusted
from scimtui.text import json_text, printable
from scimtui.workspace import Workspace

_BAD = (Outcome.FAILS, Outcome.SOMEONE_ELSE)
_ORDINARY = ("request", "logout")
"""What every trace holds besides the sign-in."""
_FILE_ENDS = (".json", ".har", ".xml", ".txt", ".log", ".html", ".htm", ".pem", ".gz", ".zip")
_FILE_STARTS = ("/", "./", "../", "~")


class _NotRead(Failure):
    """A capture, or what it is checked by, can't be read."""

    def __init__(self, error: CaptureError) -> None:
        super().__init__(error.what + (f"\nnext: {error.fix}" if error.fix else ""), WRONG_USE)
        self.code = error.code


@dataclass
class _Result:
    """How far it came; what is written as JSON."""

    capture: Capture | None = None
    judged: list[tuple[Finding, ...]] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    comparison: Diagnosis | None = None


@click.command("verify")
@click.argument("source", metavar="FILE|NAMEID|-")
@click.option("--user", metavar="TEXT", help="Who tried to sign in: a user id, username, e-mail or uid.")
@click.option("--offline", is_flag=True, help="Compare with the snapshot, without asking GitLab.")
@click.option(
    "--certificate",
    metavar="FILE",
    help="Check the signature against this certificate (PEM, DER), or each of several.",
)
@click.option("--fingerprint", metavar="HEX", help="Check it against this SHA-256 or SHA-1 of a certificate.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    chosen: Chosen,
    /,
    *,
    source: str,
    user: str | None,
    offline: bool,
    certificate: str | None,
    fingerprint: str | None,
    as_json: bool,
) -> int:
    """Read a captured SAML sign-in: a SAML-tracer export, a HAR, base64, XML, or just a NameID.

    FILE can be the NameID itself; - reads a pipe or a paste. Of several sign-ins the latest that went to
    the profile's group is compared with its people. Ends with 1 where that sign-in fails or opens another
    account, or where the response has a fault. Nothing of the capture is kept.
    """
    result = _Result()
    with _told_as_json(result) if as_json else _told_in_words(result):
        _verify(result, chosen, source, user, offline=offline, given=(certificate, fingerprint))
    if as_json:
        click.echo(json_text(as_document(result)))
    else:
        _tell(result)
    found = result.judged[0]
    failed = result.comparison is not None and result.comparison.outcome in _BAD
    return BAD_ANSWER if failed or any(one.severity is Severity.ERROR for one in found) else FINE


def _verify(
    result: _Result,
    chosen: Chosen,
    source: str,
    user: str | None,
    *,
    offline: bool,
    given: tuple[str | None, str | None],
) -> None:
    try:
        result.capture = read_capture(_capture_at(source))
    except CaptureError as error:
        raise _NotRead(error) from None
    profile = find_profile(chosen.profile, os.environ, paths().profiles_file, read_only=True)
    if profile is None and user is not None:
        raise Failure(
            "--user needs a profile to look somebody up in\nnext: scimtui profile add NAME", WRONG_USE
        )
    expected = Expected.at(profile.address) if profile is not None else None
    result.capture = result.capture.beginning_with(expected)
    now = datetime.now(UTC)
    result.judged = [
        judge(one.response, now=now, expected=expected, captured_at=one.captured_at)
        for one in result.capture.sign_ins
    ]
    result.statuses = [NOT_CHECKED for _ in result.judged]
    signatures = _checked_signatures(result.capture, *given, now)
    result.statuses = [status for status, _ in signatures]
    result.judged = [
        gravest_first((*found, *said)) for found, (_, said) in zip(result.judged, signatures, strict=True)
    ]
    if profile is None:
        return
    snapshot = _people(profile, offline=offline)
    try:
        response = result.capture.sign_ins[0].response
        sent = presented_by(
            response,
            tuple(refusals(response, now, expected)),
            by_group=expected is not None,
            signature=result.statuses[0],
        )
        meant = _named(snapshot, user) if user is not None else None
        result.comparison = diagnose(sent, stored_around(sent, snapshot), meant=meant)
    finally:
        snapshot.close()


def _capture_at(source: str) -> str | bytes:
    """What is in a file, in a pipe or at the prompt; or what was typed in place of a file's name."""
    is_file = source == "-" or source.startswith(_FILE_STARTS) or source.lower().endswith(_FILE_ENDS)
    with suppress(OSError):  # a name that is too long is none of a file
        is_file = is_file or Path(source).exists()
    if is_file:
        return bytes_of(source)
    say("there is no file of that name, so it is taken for what was sent")
    return source


@contextmanager
def _told_as_json(result: _Result) -> Iterator[None]:
    """What ends it early is in the one document too; stderr says it in words."""
    try:
        yield
    except (Failure, click.ClickException, GitLabError, ProfilesRoomError, OSError) as error:
        click.echo(json_text(as_document(result, _finding_of(error))))
        raise


@contextmanager
def _told_in_words(result: _Result) -> Iterator[None]:
    """Where nobody could be compared with, what the response itself shows is told all the same."""
    try:
        yield
    except (GitLabError, ProfilesRoomError):
        if result.capture is not None and result.judged:
            click.echo(describe_sign_ins(result.capture, result.judged, result.statuses))
        raise


def _finding_of(error: Exception) -> Finding:
    what = getattr(error, "what", "") or getattr(error, "message", "") or str(error)
    title, _, rest = str(what).partition("\n")
    _, _, fix = rest.partition("next: ")
    code = getattr(error, "code", "") or "not-done"
    fix = fix or getattr(error, "fix", "")
    return Finding(str(code), Severity.ERROR, printable(title), fix=printable(fix.partition("\n")[0]))


def _tell(result: _Result) -> None:
    capture = result.capture
    assert capture is not None
    click.echo(describe_sign_ins(capture, result.judged, result.statuses))
    click.echo()
    if result.comparison is not None:
        click.echo(describe_comparison(result.comparison))
    else:
        say("no profile, so it was compared with nobody\nnext: scimtui profile add NAME")
    for refused in capture.refused_in_words():
        say(f"also in it, and not read: {refused}")


def _named(snapshot: Snapshot, user: str) -> Person:
    rows = snapshot.named(user.strip())
    if not rows:
        raise Failure(
            f"nobody has exactly “{without_tokens(user)}” as id, username, e-mail or uid", BAD_ANSWER
        )
    if len(rows) > 1:
        names = "\n".join(
            f"  {row.record.name} · user {row.record.user_id} · @{row.record.username}" for row in rows
        )
        raise Failure(f"{len(rows)} people fit; name one by user id\n{names}", REFUSED)
    return person_in(snapshot, rows[0])


def _people(profile: Profile, *, offline: bool) -> Snapshot:
    if offline:
        return stored_people(profile)
    return asyncio.run(_read(open_workspace(profile)))


async def _read(workspace: Workspace) -> Snapshot:
    from scimtui.cli.progress import reading

    try:
        return await reading(workspace)
    finally:
        await workspace.close()


def _checked_signatures(
    capture: Capture, certificate: str | None, fingerprint: str | None, now: datetime
) -> list[tuple[str, tuple[Finding, ...]]]:
    """How each sign-in's signature stands and what there is to say; not checked where nothing is given."""
    if certificate is None and fingerprint is None:
        return [(NOT_CHECKED, ()) for _ in capture.sign_ins]
    if certificate is not None and fingerprint is not None:
        raise click.UsageError("give --certificate or --fingerprint, not both")
    try:
        trusted = read_trusted(bytes_of(certificate) if certificate is not None else fingerprint or "")
        return [
            check_signature(one.xml, one.response, trusted, now) if one.xml is not None else (NOT_CHECKED, ())
            for one in capture.sign_ins
        ]
    except CaptureError as error:
        raise _NotRead(error) from None
    except SignatureUnavailable as error:
        raise Failure(str(error), WRONG_USE) from None


def as_document(result: _Result, *ended: Finding) -> dict[str, object]:
    """DESIGN's "verify"; `findings` are what was not read of the capture, and what ended it early."""
    capture = result.capture
    sign_ins = capture.sign_ins[: len(result.judged)] if capture is not None else ()
    refused = {error.what: error for error in capture.refused} if capture is not None else {}
    left_out = [
        Finding(
            error.code,
            Severity.INFO if error.code in _ORDINARY else Severity.WARNING,
            f"not read: {what}",
            fix=error.fix,
        )
        for what, error in refused.items()
    ]
    return {
        "container": capture.container if capture is not None else None,
        "responses": [
            {
                **one.response.as_json(),
                "signature": status,
                "findings": [finding.as_json() for finding in found],
            }
            for one, found, status in zip(sign_ins, result.judged, result.statuses, strict=True)
        ],
        "comparison": result.comparison.as_json() if result.comparison is not None else None,
        "findings": [finding.as_json() for finding in (*left_out, *ended)],
    }
