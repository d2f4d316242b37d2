"""The key of a profile's files: stable, safe as a file name, and bound to the address."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scimtui.profiles import ENVIRONMENT, Profile, TokenKind

ACME = Profile(name="acme", scim_url="https://gitlab.example/api/scim/v2/groups/acme")


def test_the_key_is_stable() -> None:
    assert ACME.key == "acme-9ab14104"
    assert replace(ACME, read_only=False, idp="okta", scim_url=ACME.scim_url + "/").key == ACME.key


@pytest.mark.parametrize(
    "other",
    [
        replace(ACME, name="Acme"),
        replace(ACME, name="acme."),
        replace(ACME, scim_url="https://gitlab.example/api/scim/v2/groups/other"),
        replace(ACME, scim_url="https://elsewhere.example/api/scim/v2/groups/acme"),
        replace(ACME, scim_url="https://gitlab.example/api/scim/v2/application"),
    ],
)
def test_another_name_or_address_is_another_key(other: Profile) -> None:
    assert other.key != ACME.key


@pytest.mark.parametrize("name", ["../../etc/passwd", "Größe 株式会社", "株", "a" * 64, "con:1|2"])
def test_the_key_is_a_safe_file_name(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,60}", replace(ACME, name=name).key)


def test_the_environment_profile_is_kept_by_host_and_group() -> None:
    profile = replace(ACME, name=ENVIRONMENT)
    assert profile.is_environment
    assert profile.key.startswith("environment-gitlab-example-acme-")
    assert not ACME.is_environment


def test_a_token_is_good_for_scheme_host_and_group() -> None:
    assert ACME.token_target(TokenKind.SCIM) == ACME.scim_url
    assert ACME.token_target(TokenKind.ACCESS) == "https://gitlab.example/api/v4 acme"
    moved = replace(ACME, rest_url="https://elsewhere.example/api/v4")
    assert moved.token_target(TokenKind.ACCESS) != ACME.token_target(TokenKind.ACCESS)
