"""From a captured response to what the rules are asked."""

from __future__ import annotations

from collections.abc import Iterable

from scimtui.diagnosis.model import Presented
from scimtui.findings import Finding
from scimtui.saml import REFUSING, SamlResponse, email_of, username_of


def presented_by(response: SamlResponse, found: Iterable[Finding]) -> Presented:
    """What a response presents to GitLab.

    Args:
        found: what `saml.judge` said of it; some of that ends a sign-in before anybody is looked at.
    """
    return Presented(
        name_id=response.name_id.value if response.name_id is not None else None,
        email=email_of(response),
        username=username_of(response),
        ambiguous=bool(response.ambiguous),
        email_known=response.has_assertion,
        unreadable=response.encrypted and response.name_id is None,
        invalid=any(finding.code in REFUSING for finding in found),
    )
