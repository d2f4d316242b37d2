"""From a captured response to what the rules are asked."""

from __future__ import annotations

from collections.abc import Sequence

from scimtui.diagnosis.model import Presented
from scimtui.saml import Refusal, SamlResponse, email_of, reason_as_shown, username_of
from scimtui.text import shortened

_LONGEST_REASON = 1000


def presented_by(
    response: SamlResponse, refused: Sequence[Refusal], *, by_group: bool = True, signature: str = ""
) -> Presented:
    """What a response presents to GitLab.

    Args:
        refused: what `saml.refusals` found: it ends a sign-in before anybody is looked at.
        by_group: the sign-in goes through a group's SAML, not through that of the whole instance.
        signature: how checking it ended, where it was checked.
    """
    return Presented(
        name_id=response.name_id.value if response.name_id is not None else None,
        email=email_of(response),
        username=username_of(response),
        ambiguous=bool(response.ambiguous),
        email_known=response.has_assertion,
        unreadable=response.encrypted and response.name_id is None,
        invalid=bool(refused),
        reason=reason_as_shown(shortened(refused[0].reason, _LONGEST_REASON)) if refused else "",
        by_group=by_group,
        doubted=signature == "invalid",
    )
