"""`scimtui purge`: leaves nothing behind."""

from __future__ import annotations

import click

from scimtui.cli.failures import BAD_ANSWER, Failure
from scimtui.cli.failures import say as hint
from scimtui.cli.profile_words import confirmed, result
from scimtui.profiles import Keystore, Traces, find_traces, paths
from scimtui.profiles import purge as remove_traces
from scimtui.text import count


@click.command("purge")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(yes: bool) -> None:
    """Remove every trace of scimtui from this machine.

    Profiles, tokens in the key store, snapshots and journals. Nothing in GitLab is touched. The journals
    are what undo needs: after this, earlier corrections can't be taken back with scimtui.
    """
    places, keystore = paths(), Keystore()
    traces = find_traces(places, keystore)
    if traces.nothing and not traces.keystore_unknown:
        _tell_left(remove_traces(places, keystore))
        result("Nothing of scimtui is on this machine.")
        return
    _list(traces)
    if not confirmed("Remove all of this? Corrections made so far can't be undone then.", yes=yes):
        hint("nothing was removed")
        return
    left = remove_traces(places, keystore)
    _tell_left(left)
    if left.files or left.tokens or left.keystore_unknown:
        raise Failure(f"not everything could be removed\n{_reason(left)}", BAD_ANSWER)
    result(f"Removed {_number(len(traces.files), 'file')} and {_number(traces.tokens, 'token')}.")


def _list(traces: Traces) -> None:
    for path in traces.files:
        result(f"  {path}")
    if traces.tokens:
        result(f"  {_number(traces.tokens, 'token')} in the key store")
    if traces.keystore_unknown:
        hint(f"the key store could not be looked into\n{traces.keystore_problem}")


def _tell_left(left: Traces) -> None:
    for path in left.foreign:
        hint(f"left, because scimtui did not write it: {path}")
    if left.keystore_problem is not None and not left.keystore_unknown:
        hint(
            "no key store is used in this session\n"
            "next: where tokens were kept in another one, such as a desktop's, run scimtui purge there too"
        )


def _reason(left: Traces) -> str:
    if left.keystore_problem is not None:
        return str(left.keystore_problem)
    return "still there: " + ", ".join(str(path) for path in left.files) + "\nnext: check owner and mode"


def _number(number: int, noun: str) -> str:
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"
