"""What can be told without asking anybody: the profile, the address, the group's path."""

from __future__ import annotations

from scimtui.connection.addressing import judge_address, judge_group_path
from scimtui.connection.check import Check
from scimtui.connection.model import Outcome
from scimtui.connection.probe import Probe


async def _profile(probe: Probe) -> Outcome:
    scim, access = probe.candidate.scim_token, probe.candidate.access_token
    if probe.candidate.problems:
        return probe.say("profile-token-unusable", "; ".join(probe.candidate.problems))
    if not scim and not access:
        return probe.say("profile-no-token")
    if not scim:
        return probe.say("profile-no-scim-token")
    if not access:
        return probe.say("profile-no-access-token")
    address = "address, " if probe.candidate.scim_url.strip() else ""
    return probe.say("profile-complete", f"{address}SCIM token and access token")


async def _address(probe: Probe) -> Outcome:
    candidate = probe.candidate
    judged = judge_address(candidate.scim_url, candidate.rest_url, allow_http=candidate.allow_http)
    probe.known.address = judged.address
    return probe.say(judged.code, judged.seen, copied=judged.instead)


async def _group_path(probe: Probe) -> Outcome:
    group = probe.address.group
    if group is None:
        return probe.say("group-path-none")
    code = judge_group_path(group)
    return probe.say(code, group, copied=probe.address.scim_url if code == "group-path-dot" else "")


LOCAL_CHECKS = (
    Check("profile", "Profile", _profile),
    Check("address", "Address", _address),
    Check("group-path", "Group path", _group_path, needs=("address",)),
)
