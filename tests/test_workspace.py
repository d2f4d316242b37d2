"""Reading everybody from a simulated GitLab, held against what the simulator planted."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from scimtui.directory import Badge, People, Progress, Snapshot, SnapshotDamaged, Verdict, snapshot_writing
from scimtui.directory.snapshot import SORT_COLUMNS, read
from scimtui.gitlab import GitLabError, Secret
from scimtui.gitlab.errors import NotAuthenticated
from scimtui.profiles import Found, Paths, Profile, Tokens, remove_database
from scimtui.simulator import RunningSimulator, Settings, running
from scimtui.workspace import Workspace
from tests.gitlab.servers import SCIM_TOKEN, Handmade, answers, scim_list


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningSimulator]:
    with running(Settings(users=400, seed=11)) as simulator:
        yield simulator


@pytest.fixture
def simulator(shared: RunningSimulator) -> RunningSimulator:
    shared.reset()
    return shared


def opened(
    simulator: RunningSimulator,
    *,
    scim: bool = True,
    access: bool = True,
    paths: Paths | None = None,
    **profile: Any,
) -> Workspace:
    tokens = Tokens(
        access=Found(Secret(simulator.access_token), "test") if access else None,
        scim=Found(Secret(simulator.scim_token), "test") if scim else None,
    )
    return Workspace(Profile(name="test", scim_url=simulator.scim_url, **profile), tokens, paths)


async def read_all(workspace: Workspace, **listeners: Any) -> Snapshot:
    try:
        return await workspace.refresh(**listeners)
    finally:
        await workspace.close()


async def test_our_count_is_the_one_that_was_planted(simulator: RunningSimulator) -> None:
    snapshot = await read_all(opened(simulator))
    planted = simulator.info["problems"]
    ours = {verdict: snapshot.about.counts.get(verdict, 0) for verdict in planted}
    assert ours == planted
    assert snapshot.about.people == 400 or sum(ours.values()) == snapshot.about.people
    assert snapshot.about.warnings == ()
    assert snapshot.about.known.badge is Badge.ENTERPRISE_USERS
    snapshot.close()


async def test_every_person_is_the_truth_that_the_simulator_keeps(simulator: RunningSimulator) -> None:
    snapshot = await read_all(opened(simulator))
    rows = snapshot.rows(range(len(snapshot.column())))
    ours = {row.record.user_id: row.record for row in rows}
    for truth in simulator.people():
        concerns_us = truth["member"] or truth["scim_id"] is not None or truth["saml_id"] is not None
        assert (truth["user_id"] in ours) is concerns_us
        if not concerns_us:
            continue
        record = ours[truth["user_id"]]
        assert (record.scim_uid, record.saml_uid) == (truth["scim_id"], truth["saml_id"])
        assert record.member is truth["member"] and record.enterprise is truth["enterprise"]
        assert record.bot is truth["bot"]
        assert record.username == truth["username"] and record.name == truth["name"]
        if truth["scim_id"] is not None:
            assert record.scim_active is truth["active"] and record.email == truth["email"]
        if truth["member"]:
            assert record.state == truth["state"]
    snapshot.close()


async def test_with_the_scim_token_alone(simulator: RunningSimulator) -> None:
    snapshot = await read_all(opened(simulator, access=False))
    with_scim = [truth for truth in simulator.people() if truth["scim_id"] is not None]
    assert len(snapshot.column()) == len(with_scim)
    assert snapshot.about.known.badge is Badge.ASSUMED_SCIM
    rows = snapshot.rows(range(len(with_scim)))
    assert {row.verdict for row in rows} == {Verdict.UNKNOWN, Verdict.INACTIVE}
    inactive = sum(not truth["active"] for truth in with_scim)
    assert sum(row.verdict is Verdict.INACTIVE for row in rows) == inactive > 0
    assert all(row.record.member is None and row.record.enterprise is None for row in rows)
    snapshot.close()


async def test_with_the_access_token_alone(simulator: RunningSimulator) -> None:
    snapshot = await read_all(opened(simulator, scim=False))
    assert {key: snapshot.about.counts.get(key, 0) for key in simulator.info["problems"]} == simulator.info[
        "problems"
    ]
    assert simulator.scim_token not in json.dumps([str(exchange) for exchange in opened(simulator).log])
    snapshot.close()


async def test_a_maintainer_learns_what_can_not_be_known(simulator: RunningSimulator) -> None:
    simulator.switch(access_token="maintainer")
    snapshot = await read_all(opened(simulator))
    assert any("SAML identities not read" in warning for warning in snapshot.about.warnings)
    assert snapshot.about.known.badge is Badge.UNKNOWN
    rows = snapshot.rows(range(len(snapshot.column())))
    assert {row.verdict for row in rows} <= {Verdict.UNKNOWN, Verdict.INACTIVE}
    snapshot.close()


@pytest.mark.parametrize("state", ["expired", "revoked"])
async def test_a_token_that_is_no_longer_good(simulator: RunningSimulator, state: str) -> None:
    simulator.switch(access_token=state)
    with pytest.raises(NotAuthenticated) as caught:
        await read_all(opened(simulator, scim=False))
    assert caught.value.reason == state
    snapshot = await read_all(opened(simulator))
    assert len(snapshot.about.warnings) >= 3 and snapshot.about.people > 0
    snapshot.close()


async def test_saml_disabled_is_told(simulator: RunningSimulator) -> None:
    simulator.switch(saml_enabled=False)
    snapshot = await read_all(opened(simulator))
    assert any("SAML is disabled" in warning for warning in snapshot.about.warnings)
    snapshot.close()


async def test_a_list_that_moves_between_pages_is_read_whole(simulator: RunningSimulator) -> None:
    simulator.switch(moving_pages=True)
    snapshot = await read_all(opened(simulator, access=False))
    assert len(snapshot.column()) == sum(truth["scim_id"] is not None for truth in simulator.people())
    snapshot.close()


async def test_an_older_gitlab(tmp_path: Path) -> None:
    with running(Settings(users=60, seed=3, gitlab_version="18.9")) as old:
        snapshot = await read_all(opened(old))
        assert snapshot.about.version.startswith("18.9")
        assert {key: snapshot.about.counts.get(key, 0) for key in old.info["problems"]} == old.info[
            "problems"
        ]
        snapshot.close()


async def test_progress_and_growth_are_told(simulator: RunningSimulator) -> None:
    seen: list[Progress] = []
    partial: list[Snapshot] = []
    snapshot = await read_all(opened(simulator), on_progress=seen.append, on_partial=partial.append)
    assert seen[-1].fraction == 1.0
    assert all(part.about.partial for part in partial)
    for part in partial:
        assert len(part.column()) <= len(snapshot.column())
        part.close()
    snapshot.close()


async def test_cancelled_in_the_middle_it_leaves_nothing(simulator: RunningSimulator) -> None:
    workspace = opened(simulator)
    begun = asyncio.Event()
    task = asyncio.create_task(workspace.refresh(lambda progress: begun.set()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await workspace.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    again = await read_all(opened(simulator))
    assert again.about.people > 0
    again.close()


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def places(folder: Path) -> Paths:
    return Paths(config=folder / "config", state=folder / "state")


async def test_the_snapshot_is_kept_and_opened_at_once(simulator: RunningSimulator, tmp_path: Path) -> None:
    paths = places(tmp_path)
    workspace = opened(simulator, paths=paths)
    assert workspace.stored() is None
    snapshot = await read_all(workspace)
    kept = opened(simulator, paths=paths).stored()
    assert kept is not None and kept.about == snapshot.about
    content = paths.snapshot(workspace.profile).read_bytes()
    assert simulator.scim_token.encode() not in content and simulator.access_token.encode() not in content
    kept.close()
    snapshot.close()


async def test_a_damaged_snapshot_is_rebuilt(simulator: RunningSimulator, tmp_path: Path) -> None:
    paths = places(tmp_path)
    workspace = opened(simulator, paths=paths)
    (await read_all(workspace)).close()
    file = paths.snapshot(workspace.profile)
    file.write_bytes(b"damaged")
    with pytest.raises(SnapshotDamaged):
        read(file)
    assert workspace.stored() is None
    (await read_all(workspace)).close()
    kept = workspace.stored()
    assert kept is not None
    kept.close()


async def test_a_profile_that_keeps_no_snapshot_leaves_no_file(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    snapshot = await read_all(opened(simulator, paths=places(tmp_path), snapshot=False))
    assert snapshot.about.people > 0
    assert files_in(tmp_path) == []
    snapshot.close()


async def test_a_failed_refresh_leaves_the_snapshot_as_it_was(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    workspace = opened(simulator, paths=places(tmp_path), scim=False)
    (await read_all(workspace)).close()
    simulator.switch(access_token="expired")
    with pytest.raises(GitLabError):
        await read_all(workspace)
    kept = workspace.stored()
    assert kept is not None and kept.about.people > 0
    kept.close()


@pytest.mark.parametrize("access", [True, False], ids=["both tokens", "SCIM token alone"])
async def test_one_person_is_read_again(simulator: RunningSimulator, access: bool) -> None:
    workspace = opened(simulator, access=access, read_only=False)
    snapshot = await workspace.refresh()
    people = People(snapshot)
    truth = next(t for t in simulator.people() if t["scim_id"] and t["member"] and not t["bot"])
    (row,) = [row for row in snapshot.named(truth["username"]) if row.record.username == truth["username"]]
    before = await workspace.reread(snapshot, row)
    assert (before.record.scim_uid, before.record.saml_uid) == (row.record.scim_uid, row.record.saml_uid)
    await workspace.gitlab.scim.set_external_id(truth["scim_id"], "changed-meanwhile")
    after = await workspace.reread(snapshot, row)
    assert after.record.scim_uid == "changed-meanwhile"
    if access:
        assert after.verdict is Verdict.DIFFERS
        await workspace.gitlab.rest.delete_identity("saml", truth["saml_id"])
        gone = await workspace.reread(snapshot, row)
        assert gone.record.saml_uid is None and gone.verdict is Verdict.NO_SAML
    await workspace.close()
    people.close()


async def test_a_declared_nameid_tells_the_sign_in(simulator: RunningSimulator) -> None:
    snapshot = await read_all(opened(simulator, nameid_source="externalId"))
    counts = snapshot.about.counts
    assert counts["works"] > 0 and counts["heals"] > 0 and counts["fails"] > 0
    snapshot.close()


def test_tokens_do_not_show_in_a_workspace(simulator: RunningSimulator) -> None:
    workspace = opened(simulator)
    assert workspace.gitlab
    shown = repr(workspace) + repr(workspace.gitlab.access) + repr(replace(workspace.tokens))
    assert simulator.access_token not in shown and simulator.scim_token not in shown


async def test_instance_scim_counts_rows_of_groups_and_is_not_said_to_be_unread() -> None:
    async with Handmade(answers(scim_list(["u1", "u1", "u2"], total=3))) as server:
        profile = Profile(name="test", scim_url=f"{server.url}/api/scim/v2/application")
        token = Tokens(scim=Found(Secret(SCIM_TOKEN), "test"))
        snapshot = await read_all(Workspace(profile, token))
    assert [row.record.scim_uid for row in snapshot.rows(range(9))] == ["u1", "u2"]
    (warning,) = snapshot.about.warnings
    assert warning == "2 different uids were read; GitLab counts 3, those of groups among them"
    snapshot.close()


@pytest.mark.parametrize("state", ["expired", "revoked"])
async def test_a_token_that_is_no_good_costs_nothing_that_was_known(
    simulator: RunningSimulator, tmp_path: Path, state: str
) -> None:
    paths = Paths(tmp_path / "config", tmp_path / "state")
    (await read_all(opened(simulator, paths=paths))).close()
    simulator.switch(access_token=state)
    workspace = opened(simulator, paths=paths)
    with pytest.raises(NotAuthenticated):
        await read_all(workspace)
    kept = workspace.stored()
    assert kept is not None and kept.about.known.complete and not kept.about.warnings
    kept.close()


async def test_a_right_that_was_taken_away_is_believed(simulator: RunningSimulator, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "config", tmp_path / "state")
    (await read_all(opened(simulator, paths=paths))).close()
    simulator.switch(access_token="maintainer")
    now = await read_all(opened(simulator, paths=paths))
    assert not now.about.known.complete and now.about.warnings
    now.close()


async def test_a_reading_says_why_it_waits(simulator: RunningSimulator) -> None:
    simulator.switch(rate_limited="application", rate_limited_times=2, retry_after=0)
    heard: list[str] = []
    snapshot = await read_all(opened(simulator), on_progress=lambda progress: heard.append(progress.trouble))
    assert "GitLab asks to slow down, waiting" in heard and heard[-1] == ""
    assert not snapshot.about.warnings
    snapshot.close()


async def test_with_the_scim_token_alone_nothing_is_carried_over_from_an_older_snapshot(
    simulator: RunningSimulator,
) -> None:
    everything = await read_all(opened(simulator))
    truth = next(t for t in simulator.people() if t["scim_id"] and t["saml_id"] and not t["bot"])
    (row,) = [row for row in everything.named(truth["username"]) if row.record.user_id == truth["user_id"]]
    workspace = opened(simulator, access=False)
    person = await workspace.reread(everything, row)
    await workspace.close()
    assert (person.record.saml_uid, person.record.member, person.verdict) == (None, None, Verdict.UNKNOWN)
    assert not person.known.saml and person.record.scim_uid == truth["scim_id"]
    everything.close()


# ── a snapshot that was harmed ───────────────────────────────────────────────


@pytest.fixture(scope="module")
def written(shared: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a snapshot of four hundred people."""
    shared.reset()
    folder = tmp_path_factory.mktemp("written")
    folder.chmod(0o700)
    workspace = opened(shared, paths=Paths(folder / "c", folder / "s"))
    asyncio.run(read_all(workspace)).close()
    assert workspace.snapshot_file is not None
    return workspace.snapshot_file.read_bytes()


def harmed(content: bytes, kind: str, number: int) -> bytes:
    drawn = Random(f"{kind} {number}")
    place = drawn.randrange(len(content))
    page = place // 4096 * 4096
    if kind == "flip":
        return content[:place] + bytes([content[place] ^ (1 << drawn.randrange(8))]) + content[place + 1 :]
    if kind == "cut":
        return content[:place]
    filled = bytes(4096) if kind == "zero" else drawn.randbytes(4096)
    return content[:page] + filled + content[page + 4096 :]


@pytest.mark.parametrize("kind", ["flip", "zero", "cut", "noise"])
def test_a_harmed_snapshot_is_none_or_can_be_read_whole(
    shared: RunningSimulator, written: bytes, tmp_path: Path, kind: str
) -> None:
    workspace = opened(shared, paths=Paths(tmp_path / "c", tmp_path / "s"))
    assert workspace.paths is not None and workspace.snapshot_file is not None
    workspace.paths.prepare_folder(workspace.snapshot_file.parent)
    dropped = 0
    for number in range(60):
        workspace.snapshot_file.write_bytes(harmed(written, kind, number))
        snapshot = workspace.stored()
        if snapshot is None:
            dropped += 1
            continue
        people = People(snapshot)
        for row in people.rows(people.select("")):
            assert people.person(row).record.username == row.record.username
        for column in SORT_COLUMNS:
            people.select("", column)
        people.close()
    assert dropped


ODD = {
    "a name that is bytes": "UPDATE people SET name = x'ff' WHERE rowid = 2",
    "a verdict of nobody": "UPDATE people SET verdict = 'fine' WHERE rowid = 2",
    "an id that is a word": "UPDATE people SET user_id = 'x' WHERE rowid = 2",
    "a flag that is seven": "UPDATE people SET member = 7 WHERE rowid = 2",
    "a row less": "DELETE FROM people WHERE rowid = 2",
    "about nothing": "UPDATE about SET about = 'null'",
    "about a list": "UPDATE about SET about = '[]'",
    "about, deep": "UPDATE about SET about = '" + "[" * 100_000 + "'",
    "known as a number": "UPDATE about SET about = json_set(about, '$.known', 7)",
    "no table": "DROP TABLE people",
}


@pytest.mark.parametrize("kind", ODD)
def test_a_snapshot_with_odd_values_is_none(
    shared: RunningSimulator, written: bytes, tmp_path: Path, kind: str
) -> None:
    workspace = opened(shared, paths=Paths(tmp_path / "c", tmp_path / "s"))
    assert workspace.paths is not None and workspace.snapshot_file is not None
    workspace.paths.prepare_folder(workspace.snapshot_file.parent)
    workspace.snapshot_file.write_bytes(written)
    with sqlite3.connect(workspace.snapshot_file) as connection:
        connection.execute(ODD[kind])
    connection.close()
    assert workspace.stored() is None


async def test_a_full_disk_is_an_error_that_callers_know(
    simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened(simulator, paths=Paths(tmp_path / "c", tmp_path / "s"))

    def full(*arguments: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(snapshot_writing, "_fill", full)
    with pytest.raises(OSError, match="disk is full"):
        await read_all(workspace)
    assert workspace.snapshot_file is not None
    assert list(workspace.snapshot_file.parent.iterdir()) == []


async def test_what_a_killed_refresh_left_is_removed_by_the_next(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    workspace = opened(simulator, paths=Paths(tmp_path / "c", tmp_path / "s"))
    assert workspace.paths is not None and workspace.snapshot_file is not None
    workspace.paths.prepare_folder(workspace.snapshot_file.parent)
    file = workspace.snapshot_file
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()
    left = file.with_name(f".{file.name}.{ended.pid}.1.new")
    at_work = file.with_name(f".{file.name}.{os.getppid()}.1.new")
    for path in (left, at_work):
        path.write_bytes(b"people")
    (await read_all(workspace)).close()
    assert not left.exists() and at_work.exists()
    remove_database(workspace.paths, file)
    assert not at_work.exists() and not file.exists()
