"""`scimtui review`: is what the identity provider sends right, and does it fit the NameID?"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from scimtui.cli import Chosen
from scimtui.cli.describing_review import describe_review
from scimtui.cli.failures import BAD_ANSWER, FINE, WRONG_USE, Failure
from scimtui.cli.pasting import bytes_of, text_of
from scimtui.findings import Finding, Severity
from scimtui.mappings import (
    AnswerError,
    Answers,
    AttributeMapping,
    Inputs,
    MappingFileError,
    NameId,
    Stored,
    User,
    Users,
    answered,
    answers_from,
    as_csv,
    as_markdown,
    decoded,
    name_id_of,
    of_provider,
    questions,
    read_mapping,
    read_users,
    recommended_mapping,
    review,
    stored_of,
    taken,
    with_second,
)
from scimtui.profiles import Profile, find_profile, paths
from scimtui.profiles.errors import ProfilesRoomError
from scimtui.saml import CaptureError, read_capture
from scimtui.text import json_text
from scimtui.workspace import Workspace

ANSWERS = tuple(question.key.replace("_", "-") for question in questions())
_Read = TypeVar("_Read", AttributeMapping, Users)
_IDPS = ("entra", "okta")
_FORMATS = ("persistent", "transient", "unspecified", "emailAddress")


@click.command("review")
@click.argument("file", required=False)
@click.argument("other", required=False, metavar="[FILE2]")
@click.option("--idp", type=click.Choice(_IDPS), help="Whose mapping it is, where the file does not say.")
@click.option(
    "--nameid", metavar="SOURCE", help="What feeds the NameID: user.objectid, externalId, an expression."
)
@click.option(
    "--nameid-format", type=click.Choice(_FORMATS, case_sensitive=False), help="The NameID's format."
)
@click.option("--capture", metavar="FILE", help="A captured sign-in, for the NameID.")
@click.option("--users", "export", metavar="EXPORT", help="A user export of Entra ID or Okta.")
@click.option("--sample", metavar="TEXT", help="Whom of the export to work out: a value of theirs.")
@click.option(
    "--answer",
    multiple=True,
    metavar="KEY=VALUE",
    help=f"What only you can tell; KEY is one of {', '.join(ANSWERS)}.",
)
@click.option(
    "--people/--no-people", default=True, help="Compare with the people of the profile, if there are any."
)
@click.option("--json", "form", flag_value="json", help="Print one JSON document.")
@click.option("--csv", "form", flag_value="csv", help="Print the rows as CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="Print the review as Markdown.")
@click.pass_obj
def command(
    chosen: Chosen,
    /,
    *,
    file: str | None,
    other: str | None,
    idp: str | None,
    nameid: str | None,
    nameid_format: str | None,
    capture: str | None,
    export: str | None,
    sample: str | None,
    answer: tuple[str, ...],
    people: bool,
    form: str | None,
) -> int:
    """Review FILE: Entra's provisioning schema, Okta's JSON, or a table source,target,precedence.

    Without FILE GitLab's recommended table is reviewed. FILE2 is an earlier export of the same mapping, or
    the JSON of Okta's SAML app. Needs no profile, token or network; with a profile the people last read are
    compared. Nothing is sent. Ends with 1 where a finding is an error.
    """
    try:
        return _reviewed(
            chosen,
            file=file,
            other=other,
            idp=idp,
            name_id=partial(_name_id, source=nameid, format_=nameid_format, capture=capture),
            export=export,
            sample=sample,
            answer=answer,
            people=people,
            form=form,
        )
    except (Failure, ProfilesRoomError) as error:
        if form == "json":
            click.echo(json_text(_refusal(error)))
        raise


def _reviewed(
    chosen: Chosen,
    *,
    file: str | None,
    other: str | None,
    idp: str | None,
    name_id: Callable[[NameId | None, Profile | None], NameId | None],
    export: str | None,
    sample: str | None,
    answer: tuple[str, ...],
    people: bool,
    form: str | None,
) -> int:
    profile = find_profile(chosen.profile, os.environ, paths().profiles_file, read_only=True)
    provider = idp or (profile.idp if profile is not None and profile.idp in _IDPS else "")
    second = _read(other, read_mapping) if other is not None else None
    users = _read(export, read_users) if export is not None else None
    inputs = Inputs(recommended_mapping(provider or "entra"))
    if file is not None:
        mapping = _read(file, read_mapping, asked="paste the mapping")
        inputs = taken(inputs, mapping if mapping.idp else of_provider(mapping, provider)).inputs
    if second is not None:
        inputs = with_second(inputs, second)
    if replace(inputs, users=users).has_other_users:
        raise Failure(
            f"{export} is a user export of another provider than the mapping\n"
            "next: export the users there, or say whose mapping it is with --idp",
            WRONG_USE,
        )
    stored = stored_people(profile) if profile is not None and people else None
    inputs = replace(
        inputs,
        name_id=name_id(inputs.name_id, profile),
        users=users,
        answers=_answers(answers_of(profile, stored), answer),
    )
    case = inputs.case(stored)
    reviewed = review(case, _chosen(users, sample))
    name = Path(file).name if file not in (None, "-") else ""
    if form == "json":
        click.echo(json_text(reviewed.as_json()))
    elif form == "csv":
        click.echo(as_csv(reviewed), nl=False)
    elif form == "markdown":
        click.echo(as_markdown(reviewed, name), nl=False)
    else:
        click.echo(describe_review(reviewed, name))
    return BAD_ANSWER if reviewed.has_errors else FINE


class _Refused(Failure):
    """A file that holds nothing to review: what is wrong, where, and the next step."""

    def __init__(self, error: MappingFileError) -> None:
        where = f"\nat: {error.where}" if error.where else ""
        fix = f"\nnext: {error.fix}" if error.fix else ""
        super().__init__(f"{error.what}{where}{fix}", WRONG_USE)
        self.error = error


def _read(file: str, reader: Callable[[str], _Read], asked: str = "paste the export") -> _Read:
    """What is in a file; how its letters were guessed is told beside it."""
    try:
        read = decoded(bytes_of(file, asked=asked))
        found: _Read = reader(read.text)
    except MappingFileError as error:
        raise _Refused(error) from None
    return replace(found, notes=(*found.notes, read.said)) if read.said else found


def _refusal(failure: Exception) -> dict[str, object]:
    """The document of a review that there is none of: nothing but what is in the way."""
    what, _, fix = str(failure).partition("\nnext: ")
    finding = Finding("not-read", Severity.ERROR, what.partition("\n")[0], fix=fix)
    if isinstance(failure, _Refused):
        error = failure.error
        finding = Finding(error.code, Severity.ERROR, error.what, error.where, fix=error.fix)
    nothing: dict[str, object] = {"idp": None, "kind": None, "rows": [], "missing": []}
    return {**nothing, "findings": [{**finding.as_json(), "row": None}], "sample": None}


def _name_id(
    known: NameId | None,
    profile: Profile | None,
    *,
    source: str | None,
    format_: str | None,
    capture: str | None,
) -> NameId | None:
    """What is given counts, then the file, then the profile."""
    name_id = known
    if capture is not None:
        name_id = _captured(capture, known)
    if source is not None or format_ is not None:
        base = name_id or NameId()
        name_id = replace(base, source=source or base.source, format=format_ or base.format)
    if name_id is None and profile is not None and profile.nameid_source:
        name_id = NameId(profile.nameid_source)
    return name_id


def _captured(file: str, known: NameId | None) -> NameId:
    try:
        return name_id_of(read_capture(text_of(file)).sign_ins[0].response, known)
    except CaptureError as error:
        raise Failure(f"{error.what}\nnext: {error.fix}", WRONG_USE) from None


def _answers(answers: Answers, given: tuple[str, ...]) -> Answers:
    for one in given:
        key, _, value = one.partition("=")
        try:
            answers = answered(answers, key.strip().replace("-", "_"), value)
        except AnswerError as error:
            raise Failure(f"--answer {one}: {error}", WRONG_USE) from None
    return answers


def _chosen(users: Users | None, text: str | None) -> User | None:
    if text is None:
        return None
    if users is None:
        raise Failure("--sample picks somebody of an export\nnext: give one with --users", WRONG_USE)
    found = users.find(text)
    if found is None:
        raise Failure("nobody of the export, or several, have this value\nnext: give another one", BAD_ANSWER)
    return found


def stored_people(profile: Profile) -> tuple[Stored, ...] | None:
    """The people of the profile as last read; None where there is no snapshot."""
    from scimtui.profiles import Tokens

    snapshot = Workspace(profile, Tokens(), paths()).stored()
    if snapshot is None:
        return None
    try:
        return stored_of(snapshot.rows(range(snapshot.about.people)))
    finally:
        snapshot.close()


def answers_of(profile: Profile | None, stored: tuple[Stored, ...] | None) -> Answers:
    """What the profile and the people tell."""
    if profile is None:
        return Answers()
    return answers_from(stored, gitlab_com=profile.address.is_gitlab_com)
