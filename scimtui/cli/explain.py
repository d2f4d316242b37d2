"""`scimtui explain`: what an error means; needs no profile, no token and no network."""

from __future__ import annotations

import shlex

import click

from scimtui.cli.failures import BAD_ANSWER, FINE
from scimtui.cli.pasting import text_of
from scimtui.cli.width import text_width
from scimtui.guides.trouble import Explained, Match, Trouble, as_reply, explain
from scimtui.text import hanging, json_text, printable

_WIDTH = 92
_OTHERS = 4
_OTHERS_MESSAGE = "It names another program, and nothing of sign-in and provisioning at GitLab."
_CUT = "It is very long: only its first and last 500,000 characters were looked at. Give the part that fails."


@click.command("explain")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--reply", is_flag=True, help="Print the best answer as Markdown for a ticket.")
def command(text: str, as_json: bool, reply: bool) -> int:
    """Explain TEXT: an error, a log line, a SCIM answer, an Entra or Okta event, or a few words.

    With - the text is read from standard input. Nothing of it is kept or sent. Ends with 1 where
    nothing fits.
    """
    given = text_of("-", asked="paste the error or the event", exact=False) if text == "-" else text
    found = explain(given)
    if as_json:
        click.echo(json_text(found.as_json()))
    elif reply and found.matches:
        click.echo(as_reply(found.matches[0]), nl=False)
    else:
        click.echo("\n".join(_told(found)))
    return FINE if found.matches else BAD_ANSWER


def _told(found: Explained) -> list[str]:
    if not found.matches:
        lines = ["Nothing in the catalogue fits this text."]
        if not found.is_whole:
            lines.append(_CUT)
        if found.is_others:
            lines.append(_OTHERS_MESSAGE)
        lines += _values(found)
        if found.nearest:
            lines += ["", "The nearest, and no more than that:"]
            lines += [f"  {trouble.title} ({trouble.shown_by})" for trouble in found.nearest]
            lines += ["", f"next: scimtui explain {_quoted(found.nearest[0].title)} tells one of them"]
        return lines
    best, *others = found.matches
    lines = _entry(best)
    lines += _values(found)
    lines += _part("Next", _next(best.trouble, found))
    elsewhere = [match for match in others if match.events - best.events]
    if elsewhere:
        lines += ["", "Other events in the text are about:"]
        lines += [f"  {match.trouble.title} ({_times(len(match.events), 'event')})" for match in elsewhere]
    possible = [match for match in others if match not in elsewhere]
    if possible:
        lines += ["", "Also possible:"]
        lines += [f"  {match.trouble.title} ({match.trouble.shown_by})" for match in possible[:_OTHERS]]
        if len(possible) > _OTHERS:
            lines.append(f"  and {len(possible) - _OTHERS} more")
    if found.silent:
        lines += [
            "",
            f"{_times(found.silent, 'failed event')} of {found.events}: no message that the catalogue knows.",
        ]
    return lines


def _values(found: Explained) -> list[str]:
    told = ", ".join(
        f"{name.replace('_', ' ')} {printable(value)}" for name, value in found.values.as_json().items()
    )
    return _part("In the text", told)


def _times(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _entry(match: Match) -> list[str]:
    trouble = match.trouble
    evidence = " and ".join(f"“{printable(words)}”" for words in match.evidence)
    return [
        trouble.title,
        *_part("Shown by", trouble.shown_by),
        *_part("By words" if match.by_words else "Matched", evidence),
        *_part("Why", trouble.cause),
        *_part("Tell", trouble.tell),
        *_part("Fix", trouble.fix),
        *_part("Source", trouble.page),
    ]


def _part(name: str, text: str) -> list[str]:
    return hanging(text, f"  {name:<12} ", text_width(_WIDTH)).splitlines() if text else []


def _next(trouble: Trouble, found: Explained) -> str:
    """The command that tells or mends it here."""
    who = next(iter(found.values.who), "")
    name = _quoted(who) if who else "WHO"
    return {
        "users": f"scimtui lookup {name}"
        if who
        else f"scimtui users {_quoted(trouble.query or 'is:problem')}",
        "connection": "scimtui check",
        "sign-in": "scimtui verify FILE, with a captured sign-in",
        "correct": f"scimtui correct --user {name} --to {_quoted(found.values.uid or 'VALUE')} --dry-run",
        "mapping": "scimtui review FILE, with the mapping that your identity provider exports",
        "history": "scimtui history",
        "setup": f"scimtui setup {trouble.step.partition('/')[0]}",
        "": "",
    }[trouble.screen]


def _quoted(text: str) -> str:
    return shlex.quote(printable(text))
