"""SAML identities of the group: found exactly, unique ignoring case (contract 3.1)."""

from __future__ import annotations

from dataclasses import dataclass

from .store import Row, Store


@dataclass(frozen=True, slots=True)
class SamlRows:
    """The rows of everybody in the group; legacy ones may differ in case alone, or be a person's second."""

    store: Store

    def exact(self, name_id: str | None) -> Row | None:
        """The row that has this very value."""
        return self.store.one(
            "SELECT * FROM saml_identities WHERE folded = ? AND extern_uid = ? ORDER BY id",
            ((name_id or "").lower(), name_id),
        )

    def of_user(self, user_id: int) -> Row | None:
        """The first row of a person."""
        return self.store.one("SELECT * FROM saml_identities WHERE user_id = ? ORDER BY id", (user_id,))

    def count(self, user_id: int) -> int:
        """How many rows a person has."""
        found: int = self.store.value("SELECT count(*) FROM saml_identities WHERE user_id = ?", (user_id,))
        return found

    def is_held_elsewhere(self, value: str, user_id: int | None) -> bool:
        """A row other than this person's first has the value, ignoring case."""
        own = None if user_id is None else self.of_user(user_id)
        found = "SELECT 1 FROM saml_identities WHERE folded = ? AND id <> ?"
        return self.store.one(found, (value.lower(), -1 if own is None else own["id"])) is not None

    def store_value(self, user_id: int, value: str, *, trusted: bool | None) -> None:
        """The person's row holds this value from now on; `trusted` None leaves the flag as it is."""
        row = self.of_user(user_id)
        if row is None:
            self.store.write(
                "INSERT INTO saml_identities (user_id, extern_uid, folded, trusted) VALUES (?, ?, ?, 1)",
                (user_id, value, value.lower()),
            )
            return
        self.store.write(
            "UPDATE saml_identities SET extern_uid = ?, folded = ?, trusted = ? WHERE id = ?",
            (value, value.lower(), row["trusted"] if trusted is None else trusted, row["id"]),
        )
