"""Run by a test inside a private D-Bus session with its own gnome-keyring; prints what it saw."""

from __future__ import annotations

from dataclasses import replace

from scimtui.gitlab.secret import Secret
from scimtui.profiles import Keystore, Profile, TokenKind, find_tokens

ACME = Profile(name="acme", scim_url="https://gitlab.example/api/scim/v2/groups/acme")


def main() -> None:
    """Keep, find, refuse to find elsewhere, forget."""
    store = Keystore()
    print("store", store.check())
    store.put(ACME, TokenKind.ACCESS, Secret("glpat-one"))
    store.put(ACME, TokenKind.SCIM, Secret("glsoat-two"))
    found = find_tokens(ACME, {}).require()
    assert found.access is not None
    print("kept", found.access.secret, found.access.secret.reveal() == "glpat-one")
    elsewhere = replace(ACME, scim_url=ACME.scim_url.replace("gitlab.", "evil."))
    print("elsewhere", store.get(elsewhere, TokenKind.ACCESS))
    print("tokens", len(store.entries()))
    print("removed", store.forget_all())
    print("left", store.entries())


if __name__ == "__main__":
    main()
