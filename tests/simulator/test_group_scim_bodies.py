"""What a PATCH says, and which of it counts (contract 1.6, 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.test_group_scim_change import is_done, xaver

if TYPE_CHECKING:
    from tests.simulator.conftest import World


class TestPriority:
    """One effect a PATCH (contract page 0.4, 2.2)."""

    def test_active_true_and_a_new_id(self, gitlab: World, older: World, uid: str) -> None:
        operations = (
            {"op": "replace", "path": "active", "value": True},
            {"op": "replace", "path": "externalId", "value": "new_uid"},
        )
        assert is_done(gitlab.patch(uid, *operations))
        assert gitlab.person("xaver")["scim_id"] == uid
        assert is_done(older.patch(uid, *operations))
        assert older.person("xaver")["scim_id"] == "new_uid"

    def test_active_false_wins_over_a_new_id(self, either: World, uid: str) -> None:
        either.patch(
            uid,
            {"op": "replace", "path": "externalId", "value": "new_uid"},
            {"op": "replace", "path": "active", "value": False},
        )
        person = either.person("xaver")
        assert (person["scim_id"], person["active"]) == (uid, False)

    def test_the_last_operation_wins_per_attribute(self, either: World, uid: str) -> None:
        either.patch(
            uid,
            {"op": "add", "path": "externalId", "value": "first"},
            {"op": "REPLACE", "path": "id", "value": "second"},
        )
        assert either.person("xaver")["scim_id"] == "second"

    def test_without_a_path_only_the_first_key_counts(self, either: World, uid: str) -> None:
        either.patch(uid, {"op": "replace", "value": {"displayName": "New", "active": False}})
        assert either.person("xaver")["active"]
        either.patch(uid, {"op": "replace", "value": {"active": False, "displayName": "New"}})
        assert not either.person("xaver")["active"]

    @pytest.mark.parametrize("op", ["remove", "Update", "", "copy"])
    def test_other_operations_are_skipped(self, either: World, uid: str, op: str) -> None:
        before = either.simulator.people()
        assert is_done(either.patch(uid, {"op": op, "path": "active", "value": False}))
        assert either.simulator.people() == before

    @pytest.mark.parametrize(
        "path", ["urn:ietf:params:scim:schemas:core:2.0:User:active", "emails", "name.givenName", "Active", 5]
    )
    def test_other_paths_are_skipped(self, either: World, uid: str, path: object) -> None:
        before = either.simulator.people()
        assert is_done(either.patch(uid, {"op": "replace", "path": path, "value": False}))
        assert either.simulator.people() == before


HARMLESS: list[Any] = [
    {},
    [],
    ["text"],
    "text",
    5,
    None,
    {"Operations": None},
    {"Operations": []},
    {"Operations": {}},
    {"Operations": [{"op": "replace", "value": {}}]},
    {"Operations": [{"op": "replace", "path": "", "value": "red"}]},
    {"Operations": [{"op": "replace", "path": " ", "value": {"active": False}}]},
    {"Operations": [{"op": "replace", "path": []}]},
    {"Operations": [{"op": "remove"}]},
    {"Operations": [{"op": "replace", "path": "color", "value": "red"}]},
]


class TestBodies:
    """Bodies that change nothing, and bodies that GitLab fails on (contract 1.6, 2.2)."""

    @pytest.mark.parametrize("body", HARMLESS, ids=repr)
    def test_harmless(self, gitlab: World, uid: str, body: Any) -> None:
        before = gitlab.simulator.people()
        answer = gitlab.scim("PATCH", f"/Users/{uid}", content=_json(body))
        assert is_done(answer)
        assert gitlab.simulator.people() == before

    @pytest.mark.parametrize("body", [*HARMLESS, "nothing"], ids=repr)
    def test_up_to_18_9_each_of_them_reactivates(self, older: World, uid: str, body: Any) -> None:
        older.put(xaver(uid, active=False, member=False))
        content = b"" if body == "nothing" else _json(body)
        assert is_done(older.scim("PATCH", f"/Users/{uid}", content=content))
        person = older.person("xaver")
        assert person["active"] and person["member"]

    def test_no_body_at_all(self, gitlab: World, uid: str) -> None:
        before = gitlab.simulator.people()
        assert is_done(gitlab.scim("PATCH", f"/Users/{uid}"))
        assert gitlab.simulator.people() == before

    @pytest.mark.parametrize(
        "operations",
        [
            "text",
            "",
            5,
            True,
            {"op": "replace"},
            ["text"],
            [5],
            [None],
            [[]],
            [{}],
            [{"path": "active", "value": False}],
            [{"op": None}],
            [{"op": "replace"}],
            [{"op": "add", "value": None}],
            [{"op": "replace", "value": []}],
            [{"op": "replace", "value": ""}],
            [{"op": "replace", "path": None, "value": "text"}],
            [{"op": "replace", "path": False, "value": 0}],
            [{"op": 5}],
            [{"op": ["replace"]}],
            [{"op": "replace", "value": "text"}],
            [{"op": "replace", "value": ["active"]}],
            [{"op": "replace", "value": 5}],
            [{"op": "replace", "value": True}],
        ],
        ids=repr,
    )
    def test_internal_errors(self, either: World, uid: str, operations: Any) -> None:
        before = either.simulator.people()
        answer = either.scim("PATCH", f"/Users/{uid}", {"Operations": operations})
        assert answer.status_code == 500
        assert answer.json() == {"message": "500 Internal Server Error"}
        assert either.simulator.people() == before

    @pytest.mark.parametrize("value", ["", " ", "\t"], ids=repr)
    def test_blank_ids_are_412(self, either: World, uid: str, value: str) -> None:
        assert either.replace(uid, "externalId", value).status_code == 412
        assert either.person("xaver")["scim_id"] == uid

    @pytest.mark.parametrize("value", [None, False, "false", '"FALSE"'], ids=repr)
    def test_ids_that_are_no_id_change_nothing(self, either: World, uid: str, value: object) -> None:
        assert is_done(either.replace(uid, "externalId", value))
        assert is_done(either.patch(uid, {"op": "replace", "path": "externalId"}))
        assert either.person("xaver")["scim_id"] == uid

    @pytest.mark.parametrize(
        ("value", "stored"),
        [
            (True, "t"),
            ("true", "t"),
            (5, "5"),
            (1.5, "1.5"),
            (1e20, "1.0e+20"),
            (["a", None, 1], '["a", nil, 1]'),
            ({"a": {"b": True}}, '{"a" => {"b" => true}}'),
            (" padded ", " padded "),
            ('"quoted"', "quoted"),
        ],
        ids=repr,
    )
    def test_ids_of_other_types(self, either: World, uid: str, value: object, stored: str) -> None:
        assert is_done(either.replace(uid, "externalId", value))
        assert either.person("xaver")["scim_id"] == stored

    @pytest.mark.parametrize("value", ["x" * 256, "with\0nul"], ids=["long", "nul"])
    def test_ids_that_the_database_refuses(self, either: World, uid: str, value: str) -> None:
        assert either.replace(uid, "externalId", value).status_code == 500
        assert either.person("xaver")["scim_id"] == uid

    def test_an_id_of_255_characters_fits(self, either: World, uid: str) -> None:
        assert is_done(either.replace(uid, "externalId", "é" * 255))
        assert either.scim("GET", "/Users/" + "é" * 255).status_code == 200


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()
