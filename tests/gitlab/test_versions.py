"""What each release of GitLab does: asked by name, and numbers stand in one file alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import scimtui
from scimtui.gitlab.versions import Age, Release, Trust


@pytest.mark.parametrize(
    ("version", "number", "early"),
    [
        ("18.9.0-ee", (18, 9), False),
        ("19.3.4-ee", (19, 3), False),
        ("v19.4.1-jh", (19, 4), False),
        ("19.5.0-pre", (19, 5), True),
        ("19.4.0-pre-ee", (19, 4), True),
        ("19.4", (19, 4), False),
        ("19.10.2", (19, 10), False),
        ("19", None, False),
        ("x.y", None, False),
        ("", None, False),
        ("99999999999.1", None, False),
        ("19.3\x1b[31m", (19, 3), False),
    ],
)
def test_a_version_is_read_by_major_and_minor(
    version: str, number: tuple[int, int] | None, early: bool
) -> None:
    assert Release.read(version) == Release(number, early)


@pytest.mark.parametrize(
    ("version", "trust"),
    [
        ("17.11.0-ee", Trust.KEPT),
        ("18.7.9", Trust.KEPT),
        ("18.8.0", Trust.KEPT_UNLESS_PATCHED),
        ("18.9.0-ee", Trust.KEPT_UNLESS_PATCHED),
        ("18.10.0-ee", Trust.LOST),
        ("18.11.2", Trust.LOST),
        ("19.0.0-pre", Trust.LOST),
        ("19.2.1-ee", Trust.LOST),
        ("19.3.4-ee", Trust.LOST),
        ("19.4.0-pre", Trust.KEPT_UNLESS_EARLY),
        ("19.4.1-jh", Trust.KEPT),
        ("19.5.0-pre", Trust.KEPT),
        ("20.0.0", Trust.KEPT),
        ("", Trust.NOT_KNOWN),
    ],
)
def test_trust_of_a_changed_saml_value(version: str, trust: Trust) -> None:
    release = Release.read(version)
    assert release.trust_of_changed_saml is trust
    assert release.may_refuse_distrusted_saml is (trust in (Trust.LOST, Trust.NOT_KNOWN))


def test_what_else_a_release_does() -> None:
    old, older, newer, unknown = (Release.read(text) for text in ("16.5.0", "18.9.0", "19.3.0", ""))
    assert not older.changes_inactive_over_scim and newer.changes_inactive_over_scim
    assert not unknown.changes_inactive_over_scim  # the careful reading
    assert not older.removes_later and newer.removes_later
    assert old.gives_badge_by_provisioning and not old.gives_badge_by_claim
    assert unknown.gives_badge_by_claim and not unknown.gives_badge_by_provisioning
    assert not old.shows_members_emails and newer.shows_members_emails
    assert not old.may_list_enterprise_users and unknown.may_list_enterprise_users
    assert not old.may_list_saml_users and newer.may_list_saml_users
    assert (newer.label, unknown.label) == ("GitLab 19.3", "the version is not known")


@pytest.mark.parametrize(
    ("version", "age"),
    [
        ("17.0.0", Age.OLDER),
        ("18.9.3", Age.CHECKED_18_9),
        ("18.10.0", Age.BETWEEN),
        ("19.3.0", Age.CHECKED_19_3),
        ("19.4.0", Age.CHECKED_19_4),
        ("19.5.0", Age.NEWER),
        ("", None),
    ],
)
def test_where_a_release_stands(version: str, age: Age | None) -> None:
    assert Release.read(version).age is age


def test_numbers_of_versions_are_compared_in_one_file_alone() -> None:
    """Pairs of small numbers next to a comparison, anywhere but where releases are told apart."""
    root = Path(scimtui.__file__).parent
    found = []
    for file in sorted(root.rglob("*.py")):
        if file.name == "versions.py" or "simulator" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            parts = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            parts += [node.value] if isinstance(node, ast.Assign) else []
            found += [f"{file.relative_to(root)}:{part.lineno}" for part in parts if _is_version(part)]
    assert found == []


def _is_version(node: ast.expr) -> bool:
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        return False
    numbers = [part.value for part in node.elts if isinstance(part, ast.Constant)]
    major = numbers[0] if len(numbers) == 2 and all(type(one) is int for one in numbers) else 0
    return isinstance(major, int) and 10 <= major <= 30
