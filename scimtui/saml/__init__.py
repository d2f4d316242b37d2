"""Captured SAML sign-ins: recognised by content, read safely, judged.

    capture = read_capture(text)
    for sign_in in capture.sign_ins:
        print(sign_in.response.name_id, judge(sign_in.response, now=datetime.now(UTC)))

No profile, token or network is needed, and nothing of a capture is logged or written. A signature is
checked by `signature` alone, against what somebody gives it.
"""

from scimtui.saml.capture import Capture, SignIn, read_capture
from scimtui.saml.containers import CONTAINERS
from scimtui.saml.errors import CaptureError
from scimtui.saml.judging import email_of, judge, username_of
from scimtui.saml.refusals import Expected, Refusal, reason_as_shown, refusals
from scimtui.saml.response import NameId, SamlResponse

__all__ = [
    "CONTAINERS",
    "Capture",
    "CaptureError",
    "Expected",
    "NameId",
    "Refusal",
    "SamlResponse",
    "SignIn",
    "email_of",
    "judge",
    "read_capture",
    "reason_as_shown",
    "refusals",
    "username_of",
]
