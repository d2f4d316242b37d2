"""What the profile editor says of a field while it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from scimtui.cli.profile_doors import judge
from scimtui.gitlab import Secret
from scimtui.profiles import paths
from scimtui.tui.doors import Draft

PLAIN = "http://x.example/api/scim/v2/groups/acme"
ACME = "https://gitlab.com/api/scim/v2/groups/acme"


@pytest.mark.parametrize(
    ("field", "draft", "fine", "words"),
    [
        ("rest_url", Draft(scim_url=ACME, rest_url="https://gitlab.com/api/v3"), False, "/api/v4"),
        ("rest_url", Draft(rest_url="https://gitlab.com/api/v4"), True, "token goes to gitlab.com"),
        (
            "rest_url",
            Draft(scim_url=ACME, rest_url="https://other.example/api/v4"),
            True,
            "the access token goes to other.example, not to gitlab.com",
        ),
        ("scim_url", Draft(scim_url=ACME, rest_url="nonsense"), True, "acme on gitlab.com"),
        ("scim_url", Draft(scim_url=PLAIN), False, "plain http"),
        ("scim_url", Draft(scim_url=PLAIN, allow_http=True), True, "acme on x.example"),
        ("ca_file", Draft(ca_file="/"), False, "that is a folder"),
        ("ca_file", Draft(ca_file="/nonexistent.pem"), False, "there is no such file"),
        ("idp", Draft(idp="azure"), False, "leave it out"),
        ("access_token", Draft(access_token=Secret("https://gitlab.com/x")), False, "an address"),
    ],
)  # fmt: skip
def test_a_field(field: str, draft: Draft, fine: bool, words: str) -> None:
    judged = judge(field, draft)
    assert (judged.fine, words in judged.words) == (fine, True), judged


def test_a_path_that_no_group_has_is_not_offered_as_tenant_url() -> None:
    judged = judge("scim_url", Draft(scim_url="https://gitlab.com/api/scim/v2/groups/😀"))
    assert not judged.fine and "Tenant URL" not in judged.words


def test_a_file_of_authorities_is_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "ca.pem", tmp_path / "notes.txt"
    trustme.CA().cert_pem.write_to_path(str(good))
    bad.write_text("root:x:0:0", "utf-8")
    assert judge("ca_file", Draft(ca_file=str(good))).fine
    judged = judge("ca_file", Draft(ca_file=str(bad)))
    assert not judged.fine and "no certificate" in judged.words


def test_a_file_of_profiles_that_can_not_be_read_stops_no_typing() -> None:
    file = paths().profiles_file
    file.parent.mkdir(parents=True)
    file.write_text("[[[ broken", "utf-8")
    assert judge("name", Draft(name="acme")).fine
