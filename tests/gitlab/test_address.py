from __future__ import annotations

import pytest

from scimtui.gitlab import Address, AddressError, parse_address
from scimtui.gitlab.address import is_loopback


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        (
            "https://gitlab.com/api/scim/v2/groups/acme",
            Address("https://gitlab.com/api/scim/v2/groups/acme", "https://gitlab.com/api/v4", "acme"),
        ),
        (
            "  https://gitlab.com/api/scim/v2/groups/acme/ ",
            Address("https://gitlab.com/api/scim/v2/groups/acme", "https://gitlab.com/api/v4", "acme"),
        ),
        (
            "https://host/gitlab/api/scim/v2/groups/acme.corp",
            Address(
                "https://host/gitlab/api/scim/v2/groups/acme%2Ecorp",
                "https://host/gitlab/api/v4",
                "acme.corp",
            ),
        ),
        (
            "https://host:8443/api/scim/v2/application",
            Address("https://host:8443/api/scim/v2/application", "https://host:8443/api/v4", None),
        ),
    ],
)
def test_one_pasted_address_is_enough(pasted: str, expected: Address) -> None:
    assert parse_address(pasted) == expected


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("glsoat-abcdefghijklmnopqrst", "token"),
        ("", "empty"),
        ("gitlab.com/groups/acme", "https://"),
        ("https://gitlab.com/groups/acme/-/saml", "/api/scim/v2/"),
        ("https://gitlab.com/api/scim/v2/groups/acme/team", "subgroup"),
        ("https://gitlab.com/api/scim/v2/groups/acme/Users", "/Users"),
        ("https://gitlab.com/api/scim/v2/groups/..", "dot part"),
        ("https://gitlab.com/api/scim/v2/groups/%2E%2E", "dot part"),
        ("https://gitlab.com/api/scim/v2/groups/acme?x=1", "?"),
        ("https://me:secret@gitlab.com/api/scim/v2/groups/acme", "password"),
        ("https://gitlab.com/api/scim/v2/groups/ac\u202eme", "invisible"),
        ("https://gitlab.com:x/api/scim/v2/groups/acme", "not a web address"),
    ],
)
def test_what_is_no_address_is_told_apart(pasted: str, words: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(pasted)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value) and "abcdefghij" not in str(caught.value)


def test_the_rest_address_can_be_another() -> None:
    address = parse_address("https://scim.host/api/scim/v2/groups/acme", "https://git.host/api/v4/")
    assert address.rest_url == "https://git.host/api/v4"
    with pytest.raises(AddressError, match="/api/v4"):
        parse_address("https://scim.host/api/scim/v2/groups/acme", "https://git.host/")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("127.0.0.1.evil", False)],
)
def test_loopback_is_told_by_the_address_itself(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    "host",
    [
        "gitlab.com\\evil.example",
        "gitlab.com;evil",
        "gitlab.com,evil",
        "git'lab",
        "git<lab>",
        "a%2eb",
        "-",
        ".",
    ],
)
def test_a_host_that_two_libraries_could_read_in_two_ways_is_refused(host: str) -> None:
    for scim, rest in (
        (f"https://{host}/api/scim/v2/groups/acme", ""),
        ("https://gitlab.com/api/scim/v2/groups/acme", f"https://{host}/api/v4"),
    ):
        with pytest.raises(AddressError, match="host name"):
            parse_address(scim, rest)


@pytest.mark.parametrize(
    "host", ["gitlab.com", "git_lab.corp", "gîtlab.example", "10.0.0.1", "[::1]:8443", "x-1"]
)
def test_hosts_that_are_used(host: str) -> None:
    assert parse_address(f"https://{host}/api/scim/v2/groups/acme").host == host


@pytest.mark.parametrize("root", ["gît", "a'b", "..", "a/../b", "./x", "a//b", "%zz"])
def test_a_root_that_would_be_changed_on_the_way_is_refused(root: str) -> None:
    for scim, rest in (
        (f"https://git.example/{root}/api/scim/v2/groups/acme", ""),
        ("https://git.example/api/scim/v2/groups/acme", f"https://git.example/{root}/api/v4"),
    ):
        with pytest.raises(AddressError, match="path"):
            parse_address(scim, rest)


def test_a_relative_root_is_kept() -> None:
    address = parse_address("https://git.example/a-b/git_lab.x/api/scim/v2/groups/acme")
    assert address.rest_url == "https://git.example/a-b/git_lab.x/api/v4"
