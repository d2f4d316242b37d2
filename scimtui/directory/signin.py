"""Whether a person's SAML sign-in works, where the NameID is known (sign-in.md section 2).

The NameID is known here only if the profile declares that it comes from the same attribute as
externalId: then it is the value stored for SCIM.
"""

from __future__ import annotations

from scimtui.directory.model import Known, Record, Rival, SignIn
from scimtui.directory.verdicts import BLOCKED_STATES

SAME_AS_EXTERNAL_ID = "externalId"


def sign_in(record: Record, known: Known, scim_rival: Rival | None) -> SignIn:
    """Judge by the decision table for somebody who is not signed in.

    Args:
        scim_rival: who else holds this person's SCIM value as SAML value, ignoring case.
    """
    if known.nameid_source != SAME_AS_EXTERNAL_ID or not known.complete or record.scim_uid is None:
        return SignIn.UNKNOWN
    name_id = record.scim_uid
    if scim_rival is not None and scim_rival.exact:
        return SignIn.FAILS
    if record.state in BLOCKED_STATES:
        return SignIn.FAILS
    if record.saml_uid == name_id:
        return SignIn.WORKS
    if scim_rival is not None:
        return SignIn.FAILS
    if record.enterprise is None:
        return SignIn.UNKNOWN
    return SignIn.HEALS if record.enterprise else SignIn.FAILS
