"""REST: the SAML group links of a group (contract 2, 11.1)."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from . import answers
from .access import anonymous, authenticate, level_in
from .answers import Answered, json_answer, no_content
from .api_request import ApiRequest
from .gitlab import SimulatedGitLab
from .groups import LINK_LEVELS, Group, Link
from .people import MINIMAL_ACCESS, OWNER, is_text

_SEVERAL = (
    "Multiple group links found with the same name. Please specify a provider parameter to disambiguate."
)
_LIMIT = 255


def list_links(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """Every link of the group itself: no pages, no order."""
    group = _administered(gitlab, request, group_name)
    return json_answer(200, [_shown(gitlab, link) for link in _links(gitlab, group)])


def get_link(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, name: str) -> Response:
    """One link."""
    group = _administered(gitlab, request, group_name)
    return json_answer(200, _shown(gitlab, _existing(gitlab, request, group, name)))


def create_link(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Response:
    """A new link; of a custom role the base level is stored, whatever was sent."""
    group = _administered(gitlab, request, group_name)
    name, provider = _text(request, "saml_group_name"), _text(request, "provider")
    if name is None:
        return answers.error(400, "saml_group_name is missing")
    level, role = _level(request), _number(request, "member_role_id")
    if role is not None and gitlab.role_base(role) is not None:
        level = gitlab.role_base(role) or level
    else:
        role = None
    link = Link(name, level, provider or None, role)
    reasons = _faults(gitlab, group, link)
    if reasons:
        return answers.message(400, ", ".join(reasons))
    gitlab.tree.links.setdefault(group.id, []).append(link)
    gitlab.audit.add_about_group(
        "saml_group_links_created",
        f"SAML group links created. Group Name - {link.name}, Access Level - {link.access_level}",
        group,
        author=authenticate(gitlab, request).user,
    )
    return json_answer(201, _shown(gitlab, link))


def delete_link(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str, name: str) -> Response:
    """The link goes; who has a role by it keeps it until the next sign-in."""
    group = _administered(gitlab, request, group_name)
    link = _existing(gitlab, request, group, name)
    gitlab.tree.links[group.id].remove(link)
    gitlab.audit.add_about_group(
        "saml_group_links_removed",
        f"SAML group links removed. Group Name - {link.name}",
        group,
        author=authenticate(gitlab, request).user,
    )
    return no_content()


def _administered(gitlab: SimulatedGitLab, request: ApiRequest, group_name: str) -> Group:
    """The group, for its Owner; everything else is one 401, which proves nothing about the token."""
    caller = None if anonymous(request) else authenticate(gitlab, request)
    group = gitlab.find_group(group_name)
    if caller is None or group is None or not gitlab.saml_on or level_in(gitlab, caller, group) < OWNER:
        raise Answered(answers.message(401, "401 Unauthorized"))
    return group


def _shown(gitlab: SimulatedGitLab, link: Link) -> dict[str, Any]:
    return link.as_json(with_role=bool(gitlab.switches.custom_roles))


def _links(gitlab: SimulatedGitLab, group: Group) -> list[Link]:
    return gitlab.tree.links.get(group.id, [])


def _existing(gitlab: SimulatedGitLab, request: ApiRequest, group: Group, name: str) -> Link:
    found = [link for link in _links(gitlab, group) if link.name == name]
    if "provider" in request.params:
        wanted = _text(request, "provider") or None
        found = [link for link in found if link.provider == wanted]
    if len(found) > 1:
        raise Answered(answers.message(422, _SEVERAL))
    if not found:
        raise Answered(answers.message(404, "404 Not Found"))
    return found[0]


def _text(request: ApiRequest, name: str) -> str | None:
    """A text parameter without the blanks around it; None when absent.

    Raises:
        Answered: 400, it is no text.
    """
    value = request.params.get(name)
    if value is None:
        return None
    if not is_text(value):
        raise Answered(answers.error(400, f"{name} is invalid"))
    return value.strip()


def _number(request: ApiRequest, name: str) -> int | None:
    value = request.params.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?[0-9]{1,18}", str(value)):
        raise Answered(answers.error(400, f"{name} is invalid"))
    return int(value)


def _level(request: ApiRequest) -> int:
    level = _number(request, "access_level")
    if level is None:
        raise Answered(answers.error(400, "access_level is missing"))
    if level not in LINK_LEVELS:
        raise Answered(answers.error(400, "access_level does not have a valid value"))
    return level


def _faults(gitlab: SimulatedGitLab, group: Group, link: Link) -> list[str]:
    faults = []
    if not link.name:
        faults.append("Saml group name can't be blank")
    for label, text in (("Saml group name", link.name), ("Provider", link.provider or "")):
        if len(text) > _LIMIT:
            faults.append(f"{label} is too long (maximum is {_LIMIT} characters)")
    if any((held.name, held.provider) == (link.name, link.provider) for held in _links(gitlab, group)):
        faults.append("Saml group name has already been taken")
    if link.access_level == MINIMAL_ACCESS and not (group.is_root and gitlab.switches.minimal_access):
        faults.append("Access level is invalid")
    return faults
