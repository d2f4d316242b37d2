"""The walkthroughs: every file fits the schema, every link leads somewhere, values and progress hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scimtui.connection import CHECKS
from scimtui.directory.search import parse_query
from scimtui.gitlab import parse_address
from scimtui.guides.trouble import catalogue
from scimtui.guides.walkthroughs import (
    OPENS,
    SECRET,
    VALUES,
    Done,
    GuideProgress,
    Walkthrough,
    as_markdown,
    values_of,
    walkthrough,
    walkthroughs,
)
from scimtui.guides.walkthroughs.model import WalkthroughError, read_walkthrough
from scimtui.profiles import IDPS, Profile, paths
from scimtui.tui.screens.setup import _SECTIONS
from scimtui.tui.sections import WITH_PROFILE

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ACME = Profile(name="acme", scim_url="https://gitlab.com/api/scim/v2/groups/acme.eu")


def test_the_walkthroughs_that_there_are() -> None:
    assert [guide.id for guide in walkthroughs()] == ["entra", "okta", "change-app", "link", "add-back"]
    assert walkthrough("nothing") is None


@pytest.mark.parametrize("guide", walkthroughs(), ids=lambda guide: guide.id)
def test_every_link_leads_to_a_check_a_section_or_a_value(guide: Walkthrough) -> None:
    checks = {check.code for check in CHECKS}
    assert guide.idp in ("", *IDPS) and any("GitLab" in version for version in guide.checked)
    for step in guide.steps:
        assert set(step.values) <= set(VALUES), step.id
        assert not step.check or step.check in checks, step.id
        assert not step.opens or step.opens in OPENS, step.id
        assert len({len(row) for row in step.table}) <= 1, step.id
        assert not step.people or step.opens == "users", step.id
        parse_query(step.people)


def test_every_section_that_a_step_opens_is_one_of_the_console() -> None:
    assert set(_SECTIONS) == set(OPENS) and set(_SECTIONS.values()) <= set(WITH_PROFILE)


def test_every_step_that_the_trouble_catalogue_names_is_there() -> None:
    for entry in catalogue():
        if entry.step:
            name, _, step = entry.step.partition("/")
            guide = walkthrough(name)
            assert guide is not None and step in {one.id for one in guide.steps}, entry.code


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "entra",
            (
                "non-gallery",
                "Provisioning Mode to Automatic",
                "Tenant URL",
                "Secret Token",
                "Test Connection",
                "Save before you go on",
                "`objectId` | `externalId` | `1`",
                "Primary Key",
                "accidental deletion",
                "on demand",
                "Start provisioning",
                "second accounts and lost access",
                "%2E",
            ),
        ),
        (
            "okta",
            (
                "Lifecycle Management",
                "Classic UI",
                "Browse App Catalog",
                "both Application Visibility boxes",
                "Base URL",
                "Test API Credentials",
                "Create Users and Deactivate Users",
                "405",
                'user.getInternalProperty("id")',
                "Persistent",
            ),
        ),
        ("change-app", ("unlinks and links again", "default", "removed from the old app")),
        ("link", ("password", "SSO URL")),
        ("add-back", ("pending deprovisioning", "active again")),
    ],
)
def test_what_a_walkthrough_must_say(name: str, words: tuple[str, ...]) -> None:
    guide = walkthrough(name)
    assert guide is not None
    text = as_markdown(guide, values_of(ACME.address))
    for word in words:
        assert word in text, word


def test_a_file_that_does_not_fit_says_which_and_why(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    for text, said in (
        ("id = ", "odd.toml"),
        ('id = "odd"\ntitle = "x"\nabout = "x"\nchecked = ["x"]\n', "step"),
        ('id = "odd"\ntitle = "x"\nabout = "x"\nchecked = ["x"]\n[[step]]\nuse = "nothing"\n', "nothing"),
        (
            'id = "odd"\ntitle = "x"\nabout = "x"\nchecked = ["x"]\n'
            '[[step]]\nid = "a"\nwhere = "x"\ntitle = "x"\ntext = "x"\npage = "http://x"\n',
            "page",
        ),
    ):
        file.write_text(text)
        with pytest.raises(WalkthroughError, match=said):
            read_walkthrough(file, {})


def test_two_steps_of_one_name_are_refused(tmp_path: Path) -> None:
    step = '[[step]]\nid = "a"\nwhere = "x"\ntitle = "x"\ntext = "x"\npage = "https://x"\n'
    file = tmp_path / "odd.toml"
    file.write_text(f'id = "odd"\ntitle = "x"\nabout = "x"\nchecked = ["x"]\n{step}{step}')
    with pytest.raises(WalkthroughError, match="same id"):
        read_walkthrough(file, {})


# ── values ───────────────────────────────────────────────────────────────────


def test_the_values_of_a_group_with_a_dot() -> None:
    values = {name: value.text for name, value in values_of(ACME.address).items()}
    assert values == {
        "tenant-url": "https://gitlab.com/api/scim/v2/groups/acme%2Eeu",
        "scim-url": "https://gitlab.com/api/scim/v2/groups/acme.eu",
        "base-url": "https://gitlab.com/api/scim/v2/groups/acme.eu",
        "identifier": "https://gitlab.com/groups/acme.eu",
        "callback-url": "https://gitlab.com/groups/acme.eu/-/saml/callback",
        "sso-url": "https://gitlab.com/groups/acme.eu/-/saml/sso",
        SECRET: "",
    }


def test_the_values_of_an_instance_and_of_a_relative_root() -> None:
    instance = values_of(parse_address("https://git.example/api/scim/v2/application"))
    assert instance["callback-url"].text == "https://git.example/users/auth/saml/callback"
    assert instance["tenant-url"].text == instance["scim-url"].text
    rooted = values_of(parse_address("https://git.example/gitlab/api/scim/v2/groups/acme"))
    assert rooted["identifier"].text == "https://git.example/gitlab/groups/acme"


def test_without_a_profile_the_group_is_left_open() -> None:
    assert values_of(None)["scim-url"].text == "https://gitlab.com/api/scim/v2/groups/<group>"


def test_markdown_ticks_what_is_done_and_names_no_token() -> None:
    guide = walkthrough("entra")
    assert guide is not None
    text = as_markdown(guide, values_of(ACME.address), {"saml-sso": Done(NOW, "checked")})
    assert "## 1. GitLab: SAML SSO is configured for the group\n\n- [x] done\n" in text
    assert text.count("- [ ] done") == len(guide.steps) - 1
    assert "SCIM token: GitLab shows it once; it is not printed here" in text
    assert "Check: `scimtui check`, line “As Entra asks”" in text


# ── progress ─────────────────────────────────────────────────────────────────


def test_progress_survives_and_belongs_to_the_profile() -> None:
    places = paths()
    first = GuideProgress(places.setup(ACME), places)
    first.load()
    first.set("entra", "saml-sso", Done(NOW, "checked"))
    first.set("entra", "save", Done(NOW, "ticked-against-check"))
    first.set("okta", "save", Done(NOW, "ticked"))
    first.set("okta", "save", None)
    again = GuideProgress(places.setup(ACME), places)
    again.load()
    assert again.done("entra") == {
        "saml-sso": Done(NOW, "checked"),
        "save": Done(NOW, "ticked-against-check"),
    }
    assert again.done("okta") == {} == again.done("link")
    other = GuideProgress(places.setup(Profile(name="other", scim_url=ACME.scim_url)), places)
    other.load()
    assert other.done("entra") == {}
    assert places.setup(ACME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"entra": 4}',
        '{"entra": {"a": {}}}',
        '{"entra": {"a": {"at": "x", "how": "y"}}}',
        "[" * 5000,
    ],
    ids=["empty", "list", "cut", "number", "no-time", "bad-time", "deep"],
)
def test_a_damaged_file_is_set_aside(content: str) -> None:
    places = paths()
    file = places.setup(ACME)
    GuideProgress(file, places).set("entra", "a", Done(NOW, "ticked"))
    file.write_text(content)
    progress = GuideProgress(file, places)
    progress.load()
    assert progress.done("entra") == {}
    assert file.with_suffix(".damaged.json").read_text() == content
    progress.set("entra", "b", Done(NOW, "ticked"))
    assert set(json.loads(file.read_text())["entra"]) == {"b"}


def test_two_consoles_do_not_lose_each_others_ticks() -> None:
    places = paths()
    one, other = (GuideProgress(places.setup(ACME), places) for _ in range(2))
    one.load()
    other.load()
    one.set("entra", "a", Done(NOW, "ticked"))
    other.set("entra", "b", Done(NOW, "ticked"))
    one.set("entra", "a", None)
    assert set(one.done("entra")) == {"b"}


def test_without_a_file_it_is_kept_for_this_run() -> None:
    progress = GuideProgress()
    progress.load()
    progress.set("entra", "a", Done(NOW, "ticked"))
    assert set(progress.done("entra")) == {"a"}
