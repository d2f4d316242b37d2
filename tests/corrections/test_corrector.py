"""Corrections on a simulated GitLab: what is refused, what is sent, what is proven afterwards."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimtui.corrections import Action, Channel, Corrector, Identity, Outcome, Wish
from scimtui.gitlab import errors
from scimtui.gitlab.errors import ReadOnlyRefused
from scimtui.simulator import RunningSimulator
from tests.corrections.correcting import NOON, OTHER_OWNER, OWNER, correcting, guid, person, sign_in
from tests.gitlab.simulated import connect, truth

NEW = guid(0xABCD)


async def test_a_correction_is_one_write_verified_and_journaled(current: RunningSimulator) -> None:
    async with correcting(current, settings={"profile": "acme"}) as run:
        plan = await run.plan("ada", NEW, "scim")
        assert {one.code for one in plan.warnings} == {"would-differ", "idp-remembers"} and not plan.refused
        assert plan.changes[0].channel is Channel.REST and plan.changes[0].request.method == "PATCH"
        assert plan.changes[0].request.url.endswith(f"/scim/{guid(2)}")
        result = await run.apply(plan, reason="ticket 7")
        assert (result.outcome, run.stored(2)) == (Outcome.VERIFIED, (NEW, guid(2)))
        assert run.writes() == [("PATCH", 200)]
        entry = run.entry(1)
        assert (entry.outcome, entry.read_back, entry.intent.reason) == (Outcome.VERIFIED, NEW, "ticket 7")
        assert entry.intent.profile == "acme" and entry.intent.token_user == "olga"
        assert set(entry.intent.accepted) == {"would-differ", "idp-remembers"}


async def test_a_dry_run_writes_nothing_anywhere(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW, "both")
        assert len(plan.changes) == 2
        assert run.writes() == [] and run.journal.entries() == []


async def test_a_warning_that_is_not_accepted_refuses(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        result = await run.apply(plan, accepted=["would-differ"])
        assert (result.outcome, result.done) == (Outcome.REFUSED, ())
        assert run.writes() == [] and run.journal.entries() == []


async def test_a_read_only_run_journals_and_sends_nothing(current: RunningSimulator) -> None:
    async with correcting(current, read_only=True) as run:
        with pytest.raises(ReadOnlyRefused):
            await run.apply(await run.plan("ada", NEW))
        assert run.writes() == [] and run.journal.entries() == []


@pytest.mark.parametrize("value", [guid(3), guid(3).upper()])
@pytest.mark.parametrize("wanted", ["scim", "saml", "both"])
@pytest.mark.parametrize("held", ["scim_id", "saml_id"])
async def test_a_value_of_somebody_else_is_refused_in_either_kind(
    current: RunningSimulator, value: str, wanted: str, held: str
) -> None:
    other = "saml_id" if held == "scim_id" else "scim_id"
    current.put_people(
        [OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob", **{other: None}, active=False)]
    )
    async with correcting(current) as run:
        plan = await run.plan("ada", value, wanted)
        found = next(one for one in plan.findings if one.code == "value-of-another")
        assert plan.refused and "Bob" in found.seen
        assert (await run.apply(plan)).outcome is Outcome.REFUSED and run.writes() == []


async def test_a_value_that_became_somebody_elses_meanwhile_is_refused(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.put_people([OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob", saml_id=NEW.upper())])
        result = await run.apply(plan)
        assert result.outcome is Outcome.REFUSED and "value-of-another" in {
            one.code for one in result.findings
        }
        assert run.writes() == [] and run.entry(1).outcome is Outcome.REFUSED
        assert "nothing was sent" in run.entry(1).said


@pytest.mark.parametrize("now", [guid(77), guid(2).upper(), None])
async def test_an_identity_that_moved_on_is_left_alone_and_shown(
    current: RunningSimulator, now: str | None
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id=now)])
        (done,) = (await run.apply(plan)).done
        assert (done.outcome, done.stored, run.writes()) == (Outcome.REFUSED, now, [])


async def test_a_new_warning_just_before_the_write_refuses(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", active=False)])
        result = await run.apply(plan)
        assert result.outcome is Outcome.REFUSED and "inactive-identity" in {
            one.code for one in result.findings
        }


async def test_both_identities_one_after_the_other(older: RunningSimulator) -> None:
    async with correcting(older) as run:
        plan = await run.plan("ada", NEW, "both")
        assert [change.identity for change in plan.changes] == [Identity.SCIM, Identity.SAML]
        assert {one.code for one in plan.warnings} == {"idp-remembers"}
        result = await run.apply(plan)
        assert (result.outcome, run.stored(2)) == (Outcome.VERIFIED, (NEW, NEW))
        assert result.entries_to_undo == (2, 1) and len(run.writes()) == 2


async def test_of_both_only_what_is_not_so_already_is_changed(current: RunningSimulator) -> None:
    current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", saml_id=NEW)])
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW, "both")
        assert [change.identity for change in plan.changes] == [Identity.SCIM]
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED and run.stored(2) == (NEW, NEW)


async def test_a_failure_between_both_shows_the_way_back_and_on(older: RunningSimulator) -> None:
    async with correcting(older) as run:
        plan = await run.plan("ada", NEW, "both")

        def stop(done: Any) -> None:
            older.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id=NEW, saml_id=guid(50))])

        result = await run.apply(plan, on_done=stop)
        assert [one.outcome for one in result.done] == [Outcome.VERIFIED, Outcome.REFUSED]
        assert result.outcome is Outcome.REFUSED and result.entries_to_undo == (1,)
        back = await run.apply(await run.undo(1))
        assert back.outcome is Outcome.VERIFIED and run.stored(2)[0] == guid(2)


async def test_a_correction_makes_a_refused_sign_in_work(older: RunningSimulator) -> None:
    older.put_people([OWNER, OTHER_OWNER, person(2, "Ada", saml_id="ada", enterprise=False)])
    before = await sign_in(older, guid(2), "ada@acme.example")
    assert before["outcome"] == "refused" and "already a GitLab account" in before["banner"]
    async with correcting(older) as run:
        assert (await run.correct("ada", guid(2), "saml")).outcome is Outcome.VERIFIED
    after = await sign_in(older, guid(2), "ada@acme.example")
    assert (after["outcome"], after["user_id"]) == ("signed-in", 2)


async def test_on_a_current_gitlab_the_same_correction_is_warned_of_and_refused_at_sign_in(
    current: RunningSimulator,
) -> None:
    current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", saml_id="ada", enterprise=True)])
    async with correcting(current) as run:
        plan = await run.plan("ada", guid(2), "saml")
        assert "saml-loses-trust" in {one.code for one in plan.warnings} and not plan.changes[0].undoable
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED
        refused = await sign_in(current, guid(2), "ada@acme.example")
        assert refused["outcome"] == "refused" and "disabled for security reasons" in refused["banner"]
        undo = await run.undo(1)
        assert undo.refused and undo.findings[0].code == "undo-not-possible"
        removal = await run.action("ada", Action.REMOVE, "saml")
        assert {one.code for one in removal.warnings} == {"removes-saml-row-enterprise"}
        assert (await run.apply(removal)).outcome is Outcome.VERIFIED and run.stored(2)[1] is None
    again = await sign_in(current, guid(2), "ada@acme.example")
    assert (again["outcome"], again["user_id"]) == ("signed-in", 2)
    assert (await sign_in(current, guid(2), "ada@acme.example"))["outcome"] == "signed-in"


async def test_a_client_that_remembers_ids_meets_a_404(current: RunningSimulator) -> None:
    class IdentityProvider:
        """Keeps the id that GitLab answered, as Okta and Entra do."""

        def __init__(self) -> None:
            self.remembered = guid(2)

        async def deactivate(self) -> int:
            body = {"Operations": [{"op": "replace", "path": "active", "value": False}]}
            headers = {
                "Authorization": f"Bearer {current.scim_token}",
                "Content-Type": "application/scim+json",
            }
            async with httpx.AsyncClient(headers=headers) as client:
                url = f"{current.scim_url}/Users/{self.remembered}"
                return (await client.patch(url, json=body)).status_code

    provider = IdentityProvider()
    async with correcting(current, settings={"idp": "okta"}) as run:
        plan = await run.plan("ada", NEW)
        warning = next(one for one in plan.warnings if one.code == "idp-remembers")
        assert "404" in warning.why and "Okta" in warning.fix and "Okta" in plan.afterwards
        await run.apply(plan)
        assert await provider.deactivate() == 404
        assert truth(run.simulator, 2)["active"] is True  # the leaver keeps access
        provider.remembered = NEW
        assert await provider.deactivate() == 204
    known = await _codes(current, idp_holds=True)
    assert "idp-remembers" not in known


async def _codes(simulator: RunningSimulator, **more: Any) -> set[str]:
    async with correcting(simulator) as run:
        return {one.code for one in (await run.plan("bob", NEW + "1", **more)).findings}


async def test_what_the_provider_holds_is_known_at_the_write_too(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        result = await run.correct("ada", NEW, idp_holds=True)
        assert result.outcome is Outcome.VERIFIED and not result.plan.afterwards


# ── channels ─────────────────────────────────────────────────────────────────


async def test_with_the_scim_token_alone_the_scim_api_is_used_and_less_is_known(
    current: RunningSimulator,
) -> None:
    async with correcting(current, access_token=None) as run:
        plan = await run.plan("ada", NEW)
        assert plan.changes[0].channel is Channel.SCIM and "no access token" in plan.channel_reason
        assert "saml-holders-not-known" in {one.code for one in plan.warnings}
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED and run.stored(2)[0] == NEW
        assert run.writes() == [("PATCH", 204)]
        taken = await run.plan("ada", guid(3).upper())
        assert "value-of-another" in {one.code for one in taken.findings}
        saml = await run.plan("ada", NEW, "saml")
        assert saml.refused and not saml.changes
        assert {"no-channel", "no-identity"} & {one.code for one in saml.findings}


@pytest.mark.parametrize("kind", ["read_api", "maintainer"])
async def test_a_lesser_access_token_leaves_the_scim_api(current: RunningSimulator, kind: str) -> None:
    current.switch(access_token=kind)
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        assert plan.changes[0].channel is Channel.SCIM
        assert ("scope api" if kind == "read_api" else "not an Owner") in plan.channel_reason
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED and run.stored(2)[0] == NEW


async def test_a_value_that_rest_answers_with_the_list_goes_over_scim(current: RunningSimulator) -> None:
    current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id="identities")])
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        assert plan.changes[0].channel is Channel.SCIM and "whole list" in plan.channel_reason
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED and run.stored(2)[0] == NEW


async def test_an_inactive_identity_is_changed_over_rest_alone_on_older_versions(
    older: RunningSimulator,
) -> None:
    older.put_people([OWNER, OTHER_OWNER, person(2, "Ada", active=False)])
    async with correcting(older, access_token=None) as run:
        assert "inactive-over-scim" in {one.code for one in (await run.plan("ada", NEW)).findings}
    async with correcting(older) as run:
        plan = await run.plan("ada", NEW)
        assert "inactive-identity" in {one.code for one in plan.warnings}
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED
        assert run.stored(2)[0] == NEW and truth(run.simulator, 2)["active"] is False


async def test_instance_scim_has_the_scim_api_alone(current: RunningSimulator) -> None:
    current.switch(saas=False)
    current.put_people([OWNER, person(2, "Ada", instance_scim_id="u2")])
    async with correcting(current, instance=True) as run:
        plan = await run.plan("ada", "u3")
        assert plan.changes[0].channel is Channel.SCIM and "whole instance" in plan.channel_reason
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED


@pytest.mark.parametrize("value", ["a/b", "a b", "ü%#?", "x.json", "o'neil+1"])
async def test_awkward_values_reach_the_right_person(current: RunningSimulator, value: str) -> None:
    async with correcting(current) as run:
        assert (await run.correct("ada", value)).outcome is Outcome.VERIFIED
        assert (run.stored(2)[0], run.stored(3)[0]) == (value, guid(3))
        assert (await run.apply(await run.undo(1))).outcome is Outcome.VERIFIED
        assert run.stored(2)[0] == guid(2)


# ── when the connection breaks ───────────────────────────────────────────────


async def test_a_lost_answer_is_settled_by_reading(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.switch(drop="after-write")
        result = await run.apply(plan)
        assert (result.outcome, run.stored(2)[0], len(run.writes())) == (Outcome.VERIFIED, NEW, 1)
        assert "not known" in result.done[0].said


async def test_a_write_that_never_arrived_is_unchanged(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.switch(drop="before-write")
        result = await run.apply(plan)
        assert (result.outcome, result.done[0].stored) == (Outcome.UNKNOWN, guid(2))
        assert "may still be under way" in result.done[0].said
        current.switch(drop=None)
        assert await run.corrector.settle() == []  # too soon to say that it never came
        run.now += timedelta(minutes=3)
        (settled,) = await run.corrector.settle()
        assert (settled.outcome, run.stored(2)[0]) == (Outcome.UNCHANGED, guid(2))


async def test_what_can_not_be_read_back_is_unknown_until_the_next_start(
    current: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "journal.sqlite3"
    async with correcting(current, file) as run:
        plan = await run.plan("ada", NEW)
        send = run.corrector._applying._send

        async def send_and_break(change: Any) -> None:
            current.switch(drop="read")
            with pytest.raises(errors.GitLabError):
                await send(change)
            raise errors.OutcomeUnknown(errors.ConnectionLost("the connection broke"), "PATCH")

        monkeypatch.setattr(run.corrector._applying, "_send", send_and_break)
        result = await run.apply(plan)
        assert (result.outcome, run.entry(1).outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)
        assert await run.corrector.settle() == [] and run.entry(1).is_open
    current.switch(drop=None)
    async with correcting(current, file) as run:
        run.now += timedelta(minutes=3)
        (settled,) = await run.corrector.settle()
        assert (settled.outcome, run.entry(1).outcome) == (Outcome.UNCHANGED, Outcome.UNCHANGED)
        assert await run.corrector.settle() == []


async def test_gitlabs_refusal_is_told_with_its_words(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        change = plan.changes[0]._replace(new=guid(3), request=plan.changes[0].request)
        looked = run.corrector._applying._look_again

        async def blind(plan: Any, change: Any) -> Any:
            ground, _ = await looked(plan, change)
            return ground, ()

        run.corrector._applying._look_again = blind
        result = await run.apply(plan._replace(changes=(change,)))
        assert result.outcome is Outcome.UNCHANGED and "already been taken" in result.done[0].said


async def test_a_journal_that_can_not_be_written_stops_before_anything_is_sent(
    current: RunningSimulator, tmp_path: Path
) -> None:
    file = tmp_path / "journal.sqlite3"
    async with correcting(current, file) as run:
        await run.correct("ada", NEW)
    file.write_bytes(b"not a database" * 999)
    async with correcting(current, file) as run:
        from scimtui.corrections import JournalError

        with pytest.raises(JournalError, match="damaged"):
            await run.correct("bob", NEW + "b")
        assert len(run.writes()) == 1


async def test_two_consoles_at_once_correct_one_person(current: RunningSimulator, tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    async with correcting(current, file) as one, correcting(current, file) as other:
        plans = await one.plan("ada", NEW), await other.plan("ada", guid(0xBCDE))
        results = await asyncio.gather(one.apply(plans[0]), other.apply(plans[1]))
        outcomes = {result.outcome for result in results}
        stored = one.stored(2)[0]
        assert stored in (NEW, guid(0xBCDE))
        assert outcomes <= {Outcome.VERIFIED, Outcome.REFUSED, Outcome.UNCHANGED, Outcome.OTHER}
        for result, plan in zip(results, plans, strict=True):
            if result.outcome is Outcome.VERIFIED:
                assert result.done[0].stored == plan.changes[0].new
        report = one.journal.verify()
        assert (report.records, report.damaged) == (4, False)
        assert {entry.outcome for entry in one.journal.entries()} == outcomes


async def test_a_write_that_arrives_late_is_found_out(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.switch(drop="before-write")
        assert (await run.apply(plan)).outcome is Outcome.UNKNOWN
        current.switch(drop=None)
        current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id=NEW)])
        (settled,) = await run.corrector.settle()
        assert settled.outcome is Outcome.VERIFIED and not (await run.undo(1)).refused


async def test_another_corrector_of_this_run_leaves_what_is_under_way_alone(
    current: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        other = Corrector(run.gitlab, run.snapshot, run.journal, now=lambda: NOON + timedelta(hours=1))
        send = run.corrector._applying._send

        async def settle_meanwhile(change: Any) -> None:
            assert await other.settle() == []
            await send(change)

        monkeypatch.setattr(run.corrector._applying, "_send", settle_meanwhile)
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED
        assert run.entry(1).outcome is Outcome.VERIFIED


async def test_stopping_begins_no_other_change(older: RunningSimulator) -> None:
    async with correcting(older) as run:
        plan = await run.plan("ada", NEW, "both")
        result = await run.apply(plan, on_done=lambda done: run.corrector.stop())
        assert [one.outcome for one in result.done] == [Outcome.VERIFIED]
        assert result.outcome is Outcome.REFUSED and run.stored(2) == (NEW, guid(2))


async def test_a_journal_that_breaks_between_two_changes_tells_what_was_done(
    older: RunningSimulator, tmp_path: Path
) -> None:
    file = tmp_path / "journal.sqlite3"
    async with correcting(older, file) as run:
        plan = await run.plan("ada", NEW, "both")
        head = file.with_name(f"{file.name}-head")
        result = await run.apply(plan, on_done=lambda done: head.write_text("x"))
        assert [one.outcome for one in result.done] == [Outcome.VERIFIED]
        assert "journal-failed" in {one.code for one in result.findings}
        assert run.stored(2) == (NEW, guid(2)) and len(run.writes()) == 1


# ── who it is ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("broken", ["revoked", "expired", "maintainer", None])
async def test_a_username_that_went_to_somebody_else_is_not_taken_for_the_person(
    current: RunningSimulator, broken: str | None
) -> None:
    more = {"access_token": None} if broken is None else {}
    async with correcting(current, **more) as run:
        bob = person(3, "Bob") | {"username": "ada"}
        current.put_people([OWNER, OTHER_OWNER, person(2, "Ada") | {"username": "ada-old"}, bob])
        if broken is not None:
            current.switch(access_token=broken)
        with pytest.raises(errors.WrongPerson):
            await run.plan(guid(2), NEW)
        assert run.writes() == []


async def test_a_uid_that_went_to_somebody_else_is_not_taken_for_the_person(
    current: RunningSimulator,
) -> None:
    async with correcting(current) as run:
        current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id=None), person(3, "Bob")])
        current.switch(access_token="revoked")
        with pytest.raises(errors.WrongPerson):
            await run.plan("2", NEW)


async def test_a_person_known_by_scim_alone_gets_a_user_id_that_is_confirmed(
    current: RunningSimulator,
) -> None:
    current.put_people([OWNER, OTHER_OWNER, person(2, "Ada", saml_id=NEW), person(3, "Bob")])
    async with correcting(current, access_token=None) as run:
        alone = run.snapshot
        async with connect(current) as both:
            corrector = Corrector(both, alone, run.journal)
            ground = await corrector.open(alone.named("ada")[0])
            assert (ground.subject.user_id, ground.person.record.saml_uid) == (2, NEW)
            plan = await corrector.plan(ground, Wish("scim", NEW))
            assert not plan.refused and plan.changes[0].channel is Channel.REST
            other = await corrector.plan(ground, Wish("scim", NEW + "0"))
            assert "would-differ" in {one.code for one in other.findings}
            result = await corrector.apply(plan, accepted=[one.code for one in plan.warnings])
            assert result.outcome is Outcome.VERIFIED


async def test_no_token_reaches_an_address(current: RunningSimulator) -> None:
    async with correcting(current, access_token=None) as run:
        plan = await run.plan("ada", current.scim_token)
        assert [one.code for one in plan.findings] == ["value-is-token"]
        assert not any(current.scim_token in exchange.request.url for exchange in run.gitlab.log)


# ── undo ─────────────────────────────────────────────────────────────────────


async def test_undo_restores_by_a_new_entry(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        await run.correct("ada", NEW)
        plan = await run.undo(1)
        assert (plan.undo_of, plan.changes[0].new) == (1, guid(2))
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED and run.stored(2)[0] == guid(2)
        assert (run.entry(2).intent.undo_of, run.entry(2).outcome) == (1, Outcome.VERIFIED)
        again = await run.undo(1)
        assert again.refused and again.findings[0].code == "undo-done-already"
        await run.correct("ada", NEW)
        await run.correct("ada", NEW + "1")
        assert "moved-on" in {one.code for one in (await run.undo(3)).findings}


async def test_undo_is_refused_where_the_old_value_is_somebody_elses_now(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        await run.correct("ada", NEW)
        current.put_people(
            [
                OWNER,
                OTHER_OWNER,
                person(2, "Ada", scim_id=NEW, saml_id=None),
                person(3, "Bob", saml_id=guid(2)),
            ]
        )
        assert "value-of-another" in {one.code for one in (await run.undo(1)).findings}


async def test_what_changed_nothing_is_not_undone(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", NEW)
        current.switch(drop="before-write")
        await run.apply(plan)
        current.switch(drop=None)
        run.now += timedelta(minutes=3)
        await run.corrector.settle()
        assert (await run.undo(1)).findings[0].code == "undo-not-done"


# ── deactivating, re-activating, removing ────────────────────────────────────


async def test_deactivating_and_coming_back_says_what_it_does(older: RunningSimulator) -> None:
    async with correcting(older) as run:
        plan = await run.action("ada", Action.DEACTIVATE)
        assert {one.code for one in plan.warnings} == {"removes-access"}
        assert plan.changes[0].channel is Channel.SCIM and not plan.changes[0].undoable
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED
        assert (await run.undo(1)).findings[0].code == "undo-not-possible"
        assert "already-inactive" in {
            one.code for one in (await run.action("ada", Action.DEACTIVATE)).findings
        }
        back = await run.action("ada", Action.REACTIVATE)
        assert {one.code for one in back.warnings} == {"default-role"}
        assert (await run.apply(back)).outcome is Outcome.VERIFIED
        assert truth(run.simulator, 2)["active"] is True


async def test_a_pending_removal_is_gitlabs_word(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        await run.apply(await run.action("ada", Action.DEACTIVATE))
        result = await run.apply(await run.action("ada", Action.REACTIVATE))
        assert result.outcome is Outcome.UNCHANGED and "pending deprovisioning" in result.done[0].said
        current.settle()
        assert (await run.apply(await run.action("ada", Action.REACTIVATE))).outcome is Outcome.VERIFIED


async def test_removing_takes_one_row_and_no_access(current: RunningSimulator) -> None:
    async with correcting(current) as run:
        plan = await run.action("ada", Action.REMOVE)
        assert {one.code for one in plan.warnings} == {"removes-scim-row"}
        assert plan.changes[0].request.method == "DELETE" and plan.changes[0].channel is Channel.REST
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED
        assert run.stored(2) == (None, guid(2)) and truth(run.simulator, 2)["member"] is True


async def test_the_last_owner_and_oneself_are_warned_of(current: RunningSimulator) -> None:
    olga = OWNER | {"scim_id": guid(1), "saml_id": guid(1)}
    current.put_people([olga, person(2, "Ada")])
    async with correcting(current) as run:
        codes = {one.code for one in (await run.plan("olga", NEW)).warnings}
        assert {"last-owner", "own-identity"} <= codes
        refused = await run.apply(await run.action("olga", Action.DEACTIVATE))
        assert refused.outcome is Outcome.UNCHANGED and "Error updating" in refused.done[0].said


# ── swapping ─────────────────────────────────────────────────────────────────


CROSSED = [OWNER, OTHER_OWNER, person(2, "Ada", scim_id=guid(3)), person(3, "Bob", scim_id=guid(2))]


async def test_a_swap_is_three_changes_through_a_value_nobody_has(current: RunningSimulator) -> None:
    current.put_people(CROSSED)
    async with correcting(current) as run:
        alone = await run.plan("ada", guid(2))
        assert "value-of-another" in {one.code for one in alone.findings}
        plan = await run.swap("ada", "bob")
        assert not plan.refused and len(plan.changes) == 3
        assert {"swap-pause", "idp-remembers"} <= {one.code for one in plan.warnings}
        result = await run.apply(plan)
        assert result.outcome is Outcome.VERIFIED
        assert (run.stored(2), run.stored(3)) == ((guid(2), guid(2)), (guid(3), guid(3)))
        assert [run.entry(number).intent.step for number in (1, 2, 3)] == [1, 2, 3]
        assert len({run.entry(number).intent.plan for number in (1, 2, 3)}) == 1
        assert [(await run.undo(number)).findings[0].code for number in (1, 2, 3)] == ["undo-swap"] * 3
        remembered = [one.seen for one in plan.findings if one.code == "idp-remembers"]
        assert sorted(remembered) == [f"it may still hold “{guid(number)}”" for number in (2, 3)]


@pytest.mark.parametrize("reached", [1, 2])
@pytest.mark.parametrize("turned", [False, True])
async def test_a_swap_that_broke_off_goes_on_where_it_stopped(
    current: RunningSimulator, tmp_path: Path, reached: int, turned: bool
) -> None:
    current.put_people(CROSSED)
    file = tmp_path / "journal.sqlite3"
    async with correcting(current, file) as run:
        done: list[Any] = []

        def stop(one: Any) -> None:
            done.append(one)
            if len(done) == reached:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await run.apply(await run.swap("ada", "bob"), on_done=stop)
    async with correcting(current, file) as run:
        from scimtui.corrections import broken_off

        (unfinished,) = broken_off(run.journal.entries())
        assert len(unfinished) == reached
        plan = await (run.swap("bob", "ada") if turned else run.swap("ada", "bob"))
        assert (plan.first_step, len(plan.changes)) == (reached + 1, 3 - reached)
        assert (await run.apply(plan)).outcome is Outcome.VERIFIED
        assert (run.stored(2)[0], run.stored(3)[0]) == (guid(2), guid(3))
        assert len(run.writes()) == 3 and broken_off(run.journal.entries()) == []


async def test_a_swap_that_broke_off_can_be_taken_back(current: RunningSimulator) -> None:
    current.put_people(CROSSED)
    async with correcting(current) as run:
        from scimtui.corrections import broken_off

        def stop(one: Any) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await run.apply(await run.swap("ada", "bob"), on_done=stop)
        assert (await run.apply(await run.undo(1))).outcome is Outcome.VERIFIED
        assert run.stored(2)[0] == guid(3) and broken_off(run.journal.entries()) == []


async def test_a_third_person_is_not_taken_into_a_swap_that_stopped(current: RunningSimulator) -> None:
    people = [person(2, "Ada", saml_id=None), person(3, "Bob", saml_id=None), person(4, "Cleo", saml_id=None)]
    current.put_people([OWNER, OTHER_OWNER, *people])
    async with correcting(current) as run:
        with pytest.raises(KeyboardInterrupt):
            await run.apply(await run.swap("ada", "bob"), on_done=_interrupt)
        for pair in (("ada", "cleo"), ("cleo", "ada")):
            assert (await run.swap(*pair)).findings[0].code == "swap-unfinished"
        assert not (await run.swap("bob", "cleo")).refused
        assert (await run.swap("bob", "ada")).first_step == 2


async def test_a_swap_does_not_go_on_with_a_value_that_changed_meanwhile(current: RunningSimulator) -> None:
    current.put_people(CROSSED)
    async with correcting(current) as run:
        with pytest.raises(KeyboardInterrupt):
            await run.apply(await run.swap("ada", "bob"), on_done=_interrupt)
        between = run.stored(2)[0]
        current.put_people(
            [OWNER, OTHER_OWNER, person(2, "Ada", scim_id=between), person(3, "Bob", scim_id="zz")]
        )
        assert (await run.swap("ada", "bob")).findings[0].code == "moved-on"


def _interrupt(done: Any) -> None:
    raise KeyboardInterrupt


async def test_sign_in_values_are_swapped_only_where_they_stay_trusted(
    current: RunningSimulator, older: RunningSimulator
) -> None:
    people = [OWNER, OTHER_OWNER, person(2, "Ada", saml_id=guid(3)), person(3, "Bob", saml_id=guid(2))]
    for simulator in (current, older):
        simulator.put_people(people)
    async with correcting(current) as run:
        assert (await run.swap("ada", "bob", Identity.SAML)).findings[0].code == "swap-loses-trust"
    async with correcting(older) as run:
        assert (await run.apply(await run.swap("ada", "bob", Identity.SAML))).outcome is Outcome.VERIFIED
        assert (run.stored(2)[1], run.stored(3)[1]) == (guid(2), guid(3))
    assert (await sign_in(older, guid(2), ""))["user_id"] == 2


async def test_who_has_nothing_or_the_same_is_not_swapped(current: RunningSimulator) -> None:
    current.put_people([OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob", scim_id=None)])
    async with correcting(current) as run:
        assert (await run.swap("ada", "bob")).findings[0].code == "swap-not-crossed"
        assert (await run.swap("ada", "ada")).findings[0].code == "swap-not-crossed"
