"""`scimtui verify`: what a captured sign-in says, and what GitLab makes of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from scimtui.cli import Chosen
from scimtui.cli.describing_sign_in import describe_comparison, describe_sign_ins
from scimtui.cli.failures import BAD_ANSWER, FINE, REFUSED, WRONG_USE, Failure, say
from scimtui.cli.opening import open_workspace, stored_people
from scimtui.cli.pasting import text_of
from scimtui.diagnosis import Diagnosis, Outcome, diagnose, presented_by, stored_around
from scimtui.directory import Person, Snapshot, person_in
from scimtui.findings import Finding, Severity, gravest_first
from scimtui.gitlab.secret import without_tokens
from scimtui.profiles import Profile, find_profile, paths
from scimtui.saml import (
    Capture,
    CaptureError,
    Expected,
    SamlResponse,
    judge,
    read_capture,
)
from scimtui.saml.signature import NOT_CHECKED, SignatureUnavailable, check_signature, read_trusted
from scimtui.text import json_text
from scimtui.workspace import Workspace

_BAD = (Outcome.FAILS, Outcome.SOMEONE_ELSE)


@click.command("verify")
@click.argument("source", metavar="FILE|-")
@click.option("--user", metavar="TEXT", help="Who tried to sign in: a user id, username, e-mail or uid.")
@click.option("--offline", is_flag=True, help="Compare with the snapshot, without asking GitLab.")
@click.option(
    "--certificate",
    metavar="FILE",
    help="Check the signature against this certificate (PEM), or each of several.",
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

    The newest one is compared with the people of the profile, where there is one. Ends with 1 where
    that sign-in fails or opens another account. Nothing of the capture is kept.
    """
    try:
        capture = read_capture(text_of(source))
    except CaptureError as error:
        fix = f"\nnext: {error.fix}" if error.fix else ""
        raise Failure(f"{error.what}{fix}", WRONG_USE) from None
    profile = find_profile(chosen.profile, os.environ, paths().profiles_file, read_only=True)
    if profile is None and user is not None:
        raise Failure(
            "--user needs a profile to look somebody up in\nnext: scimtui profile add NAME", WRONG_USE
        )
    judged = judge_all(capture, profile)
    signatures = _checked_signatures(capture, certificate, fingerprint)
    judged = [gravest_first((*found, *said)) for found, (_, said) in zip(judged, signatures, strict=True)]
    statuses = [status for status, _ in signatures]
    comparison = None
    if profile is not None:
        snapshot = _people(profile, offline=offline)
        try:
            comparison = compare(capture.sign_ins[0].response, judged[0], snapshot, user)
        finally:
            snapshot.close()
    if as_json:
        click.echo(json_text(as_document(capture, judged, statuses, comparison)))
    else:
        click.echo(describe_sign_ins(capture, judged, statuses))
        click.echo()
        if comparison is not None:
            click.echo(describe_comparison(comparison))
        else:
            say("no profile, so it was compared with nobody\nnext: scimtui profile add NAME")
    for refused in capture.refused:
        say(f"also in it, and not read: {refused.what}")
    if comparison is not None:
        return BAD_ANSWER if comparison.outcome in _BAD else FINE
    return BAD_ANSWER if any(found.severity is Severity.ERROR for found in judged[0]) else FINE


def judge_all(capture: Capture, profile: Profile | None) -> list[tuple[Finding, ...]]:
    """The findings of each sign-in."""
    expected = Expected.at(profile.address) if profile is not None else None
    now = datetime.now(UTC)
    return [
        judge(one.response, now=now, expected=expected, captured_at=one.captured_at)
        for one in capture.sign_ins
    ]


def compare(
    response: SamlResponse, found: Iterable[Finding], snapshot: Snapshot, user: str | None
) -> Diagnosis:
    """Hold one sign-in against the people of a snapshot.

    Raises:
        Failure: `user` is nobody, or fits several.
    """
    sent = presented_by(response, found)
    meant = _named(snapshot, user) if user is not None else None
    return diagnose(sent, stored_around(sent, snapshot), meant=meant)


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
    capture: Capture, certificate: str | None, fingerprint: str | None
) -> list[tuple[str, tuple[Finding, ...]]]:
    """How each sign-in's signature stands and what there is to say; not checked where nothing is given."""
    if certificate is None and fingerprint is None:
        return [(NOT_CHECKED, ()) for _ in capture.sign_ins]
    if certificate is not None and fingerprint is not None:
        raise click.UsageError("give --certificate or --fingerprint, not both")
    try:
        trusted = read_trusted(text_of(certificate) if certificate is not None else fingerprint or "")
        now = datetime.now(UTC)
        return [
            check_signature(one.xml, one.response, trusted, now) if one.xml is not None else (NOT_CHECKED, ())
            for one in capture.sign_ins
        ]
    except CaptureError as error:
        raise Failure(f"{error.what}\nnext: {error.fix}", WRONG_USE) from None
    except SignatureUnavailable as error:
        raise Failure(str(error), WRONG_USE) from None


def as_document(
    capture: Capture,
    judged: list[tuple[Finding, ...]],
    statuses: list[str],
    comparison: Diagnosis | None,
) -> dict[str, object]:
    """DESIGN's "verify"."""
    return {
        "container": capture.container,
        "responses": [
            {
                **one.response.as_json(),
                "signature": status,
                "findings": [finding.as_json() for finding in found],
            }
            for one, found, status in zip(capture.sign_ins, judged, statuses, strict=True)
        ],
        "comparison": comparison.as_json() if comparison is not None else None,
    }
