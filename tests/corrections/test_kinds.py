"""Every kind of value to every other, to the end: each identity, either API, every version."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from scimtui.corrections import Action, Channel, Identity, Outcome, Result, Wish
from scimtui.simulator import RunningSimulator
from tests.corrections.correcting import OTHER_OWNER, OWNER, Correcting, correcting, person

KINDS = {
    "guid": "4c1f6a52-0d3b-4e78-9a41-7be2d5c09f{:02x}",
    "e-mail": "person.{}@acme.example",
    "okta": "00u1a2b3c4d5e6f7g{:03d}",
    "opaque": "AAkyz9Xq7Pw_{}",
    "text": "Ada Maria Lin {}",
}
VERSIONS = ["18.9", "19.3", "19.4"]


def round_trip() -> list[str]:
    """A walk over the kinds that goes from each to each other one once, and ends where it began."""
    left = {kind: [other for other in KINDS if other != kind] for kind in KINDS}
    stack, walk = [next(iter(KINDS))], []
    while stack:
        if left[stack[-1]]:
            stack.append(left[stack[-1]].pop())
        else:
            walk.append(stack.pop())
    return walk[::-1]


WALK = round_trip()
STEPS = [(old, new, number) for number, (old, new) in enumerate(pairwise(WALK), 100)]


def group_of(kind: str, own: str, others: int = 6) -> list[dict[str, Any]]:
    """People with values of one kind, and Ada with one of perhaps another."""
    values = [KINDS[kind].format(number) for number in range(20, 20 + others)]
    first = KINDS[own].format(2)
    return [
        OWNER,
        OTHER_OWNER,
        person(2, "Ada", scim_id=first, saml_id=first),
        *(person(20 + index, f"P{index}", scim_id=one, saml_id=one) for index, one in enumerate(values)),
    ]


async def carried_out(run: Correcting, value: str, wanted: str) -> Result:
    """Planned by one corrector and applied by another, as command and console do it."""
    plan = await run.plan("ada", value, wanted)
    assert not plan.refused, [one.code for one in plan.findings]
    return await run.again().apply(plan)


def test_the_walk_has_every_pair() -> None:
    assert len(STEPS) == len(set(pairwise(WALK))) == len(KINDS) * (len(KINDS) - 1)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("others", [("guid", 6), ("e-mail", 2)], ids=str)
@pytest.mark.parametrize("wanted", ["scim", "saml", "both"])
async def test_over_rest(
    started: dict[str, RunningSimulator], version: str, wanted: str, others: tuple[str, int]
) -> None:
    simulator = started[version]
    simulator.reset()
    kind, many = others
    simulator.put_people(group_of(kind, WALK[0], many))
    first = KINDS[WALK[0]].format(2)
    async with correcting(simulator) as run:
        for old, new, number in STEPS:
            value = KINDS[new].format(number)
            result = await carried_out(run, value, wanted)
            assert result.outcome is Outcome.VERIFIED, (old, new, result.done)
            assert run.stored(2) == (
                value if wanted != "saml" else first,
                value if wanted != "scim" else first,
            )
            assert {one.change.channel for one in result.done} == {Channel.REST}


@pytest.mark.parametrize("version", VERSIONS)
async def test_over_scim_there_and_back(started: dict[str, RunningSimulator], version: str) -> None:
    simulator = started[version]
    simulator.reset()
    simulator.put_people(group_of("guid", WALK[0]))
    async with correcting(simulator, access_token=None) as run:
        before = KINDS[WALK[0]].format(2)
        for old, new, number in STEPS:
            value = KINDS[new].format(number)
            result = await carried_out(run, value, "scim")
            assert result.outcome is Outcome.VERIFIED, (old, new, result.done)
            assert run.stored(2)[0] == value
            assert [one.change.channel for one in result.done] == [Channel.SCIM]
            (entry,) = result.entries_to_undo
            assert (await run.again().apply(await run.undo(entry))).outcome is Outcome.VERIFIED
            assert run.stored(2)[0] == before
            before = value
            assert (await carried_out(run, value, "scim")).outcome is Outcome.VERIFIED


@pytest.mark.parametrize("version", ["18.9", "19.4"])
async def test_both_and_back_again(started: dict[str, RunningSimulator], version: str) -> None:
    simulator = started[version]
    simulator.reset()
    simulator.put_people(group_of("guid", WALK[0]))
    first = KINDS[WALK[0]].format(2)
    async with correcting(simulator) as run:
        for new in (kind for kind in KINDS if kind != WALK[0]):
            result = await carried_out(run, KINDS[new].format(99), "both")
            for number in result.entries_to_undo:
                assert (await run.again().apply(await run.undo(number))).outcome is Outcome.VERIFIED
            assert run.stored(2) == (first, first)


async def test_the_kind_of_the_others_decides_both_times(current: RunningSimulator) -> None:
    """A warning that the first look does not give can't be accepted, and must not come up in the second."""
    current.put_people(group_of("guid", "e-mail"))
    async with correcting(current) as run:
        plan = await run.plan("ada", KINDS["guid"].format(99))
        assert "shape-unlike" not in {one.code for one in plan.warnings}
        other = await run.plan("ada", "ada.new@acme.example")
        assert "shape-unlike" in {one.code for one in other.warnings}
        codes = [one.code for one in other.warnings if one.code != "shape-unlike"]
        assert (await run.again().corrector.apply(other, accepted=codes)).outcome is Outcome.REFUSED
        assert (await run.again().apply(plan)).outcome is Outcome.VERIFIED


@pytest.mark.parametrize(
    "value", ["objectId", "[FILTERED]", "null", "persistent", "{externalId}", "see the docs."]
)
@pytest.mark.parametrize("wanted", ["scim", "saml", "both"])
async def test_what_is_no_identifier_is_refused(current: RunningSimulator, wanted: str, value: str) -> None:
    async with correcting(current) as run:
        plan = await run.plan("ada", value, wanted)
        assert plan.refused and "value-no-identifier" in {one.code for one in plan.findings}
        assert (await run.apply(plan)).outcome is Outcome.REFUSED and run.writes() == []


# ── each action with either token alone ──────────────────────────────────────


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}, {"scim_token": None}], ids=str)
@pytest.mark.parametrize("version", VERSIONS)
async def test_a_swap_with_either_token(
    started: dict[str, RunningSimulator], version: str, tokens: dict[str, Any]
) -> None:
    simulator = started[version]
    simulator.reset()
    simulator.put_people(
        [OWNER, OTHER_OWNER, person(2, "Ada", scim_id="ada@acme.example"), person(3, "Bob", scim_id="b-3")]
    )
    async with correcting(simulator, **tokens) as run:
        plan = await run.swap("ada", "bob")
        assert not plan.refused, [one.code for one in plan.findings]
        result = await run.again().apply(plan)
        assert result.outcome is Outcome.VERIFIED and len(result.done) == 3, result.done
        assert (run.stored(2)[0], run.stored(3)[0]) == ("b-3", "ada@acme.example")


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}, {"scim_token": None}], ids=str)
async def test_a_swap_that_broke_off_is_gone_on_with(newer: RunningSimulator, tokens: dict[str, Any]) -> None:
    newer.put_people([OWNER, OTHER_OWNER, person(2, "Ada", scim_id="a-2"), person(3, "Bob", scim_id="b-3")])
    async with correcting(newer, **tokens) as run:
        plan = await run.swap("ada", "bob")

        def stop(done: object) -> None:
            run.corrector.stop()

        assert len((await run.apply(plan, on_done=stop)).done) == 1
        rest = await run.again().swap("ada", "bob")
        assert rest.first_step == 2 and not rest.refused, [one.code for one in rest.findings]
        assert (await run.again().apply(rest)).outcome is Outcome.VERIFIED
        assert (run.stored(2)[0], run.stored(3)[0]) == ("b-3", "a-2")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("identity", list(Identity))
async def test_removing_over_rest(
    started: dict[str, RunningSimulator], version: str, identity: Identity
) -> None:
    simulator = started[version]
    simulator.reset()
    simulator.put_people([OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob")])
    async with correcting(simulator, scim_token=None) as run:
        plan = await run.action("ada", Action.REMOVE, identity.value)
        assert (await run.again().apply(plan)).outcome is Outcome.VERIFIED
        assert run.stored(2)[0 if identity is Identity.SCIM else 1] is None


@pytest.mark.parametrize("tokens", [{}, {"access_token": None}], ids=str)
@pytest.mark.parametrize("version", VERSIONS)
async def test_deactivating_and_activating_again(
    started: dict[str, RunningSimulator], version: str, tokens: dict[str, Any]
) -> None:
    simulator = started[version]
    simulator.reset()
    simulator.put_people([OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob")])
    async with correcting(simulator, **tokens) as run:
        assert (
            await run.again().apply(await run.action("ada", Action.DEACTIVATE))
        ).outcome is Outcome.VERIFIED
        simulator.settle()
        plan = await run.action("ada", Action.REACTIVATE)
        assert (await run.again().apply(plan)).outcome is Outcome.VERIFIED


async def test_only_the_distrusting_versions_warn_of_trust(started: dict[str, RunningSimulator]) -> None:
    codes = {}
    for version, simulator in started.items():
        simulator.reset()
        simulator.put_people([OWNER, OTHER_OWNER, person(2, "Ada"), person(3, "Bob")])
        async with correcting(simulator) as run:
            ground = await run.ground("ada")
            plan = await run.corrector.plan(ground, Wish("saml", "4c1f6a52-0d3b-4e78-9a41-7be2d5c09f99"))
            codes[version] = {one.code for one in plan.findings if "trust" in one.code}
            assert plan.changes[0].undoable is (version != "19.3")
    assert codes == {"18.9": {"saml-trust-unless-patched"}, "19.3": {"saml-loses-trust"}, "19.4": set()}
