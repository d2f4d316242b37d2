"""`scimtui correct`: one person's stored value, or two people's swapped."""

from __future__ import annotations

import click

from scimtui.cli import Chosen
from scimtui.cli.correcting import People, Wanted, carry_out
from scimtui.corrections import Action, Corrector, Identity, Plan, Wish

_ACTIONS = {"remove": Action.REMOVE, "deactivate": Action.DEACTIVATE, "reactivate": Action.REACTIVATE}


@click.command("correct")
@click.option("--user", required=True, metavar="TEXT", help="Who: a user id, username, e-mail or uid.")
@click.option("--to", "value", metavar="VALUE", help="The value that the identity provider sends.")
@click.option("--swap-with", metavar="TEXT", help="Give both people each other's value.")
@click.option("--remove", is_flag=True, help="Remove the identity's row; membership and account stay.")
@click.option(
    "--deactivate",
    is_flag=True,
    help="Deactivate over SCIM: all memberships of the group go; of an instance, the account is blocked.",
)
@click.option(
    "--reactivate",
    is_flag=True,
    help="Re-activate over SCIM: the default role comes back; of an instance, the account is unblocked.",
)
@click.option(
    "--identity",
    type=click.Choice(["scim", "saml", "both"]),
    help="Which stored value (default: scim). --remove wants it named.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why, for the journal.")
@click.option("--dry-run", is_flag=True, help="Check and show everything, send no write.")
@click.option("--yes", is_flag=True, help="Do not ask; each warning must be accepted by its code.")
@click.option("--accept", "accepted", multiple=True, metavar="CODE", help="Accept this warning.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(
    chosen: Chosen,
    /,
    *,
    user: str,
    value: str | None,
    swap_with: str | None,
    identity: str | None,
    reason: str,
    dry_run: bool,
    yes: bool,
    accepted: tuple[str, ...],
    as_json: bool,
    **flags: bool,
) -> int:
    """Correct what GitLab stores for somebody: checked before, read back after, kept in the journal.

    Ends with 0 where it is done or would be, 1 where GitLab stores something else afterwards, 4 where it
    is refused, 5 where what came of it is not known.
    """
    actions = [name for name, given in flags.items() if given]
    if (value is not None) + (swap_with is not None) + len(actions) != 1:
        raise click.UsageError("give one of --to, --swap-with, --remove, --deactivate, --reactivate")
    if actions == ["remove"] and identity not in ("scim", "saml"):
        raise click.UsageError("--remove wants --identity scim or --identity saml")
    if actions and actions != ["remove"] and identity not in (None, "scim"):
        raise click.UsageError(f"--{actions[0]} is about the SCIM identity alone")
    if swap_with is not None and identity == "both":
        raise click.UsageError("swap one kind of identity after the other: --identity scim, then saml")
    wanted = Wanted(dry_run, yes, accepted, reason, as_json)
    kind = identity or "scim"

    async def planning(corrector: Corrector, people: People) -> Plan:
        ground = await corrector.open(people.row(user))
        if swap_with is not None:
            return await corrector.plan_swap(
                ground, await corrector.open(people.row(swap_with)), Identity(kind)
            )
        action = _ACTIONS[actions[0]] if actions else Action.CHANGE
        return await corrector.plan(ground, Wish(kind, value or "", action))

    named = [user] if swap_with is None else [user, swap_with]
    return carry_out(chosen, wanted, named, planning)
