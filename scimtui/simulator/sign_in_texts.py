"""What people read after a sign-in to a group, to the letter (sign-in.md, sections 1 to 4)."""

from __future__ import annotations

IN_USE = (
    "There is already a GitLab account associated with this email address. Sign in with your existing "
    "credentials to connect your organization's account"
)
NO_EMAIL = (
    "The SAML response did not contain an email address. Either the SAML identity provider is not configured "
    "to send the attribute, or the identity provider directory does not have an email address value for your "
    "user."
)
UNTRUSTED = (
    "Signing in using your Group Saml account has been disabled for security reasons. Please sign in to your "
    "GitLab account using another authentication method and reconnect to your Group Saml account."
)
BLOCKED = (
    "Your account has been blocked. Please contact your GitLab administrator if you think this is an error."
)
PENDING = (
    "Your account is pending approval from your GitLab administrator and hence blocked. "
    "Please contact your GitLab administrator if you think this is an error."
)
UNCONFIRMED = (
    "You have to confirm your email address before continuing. Please check your email for the link we sent "
    "you, or click 'Resend confirmation email'."
)
LOCKED_SECOND_FACTOR = "Invalid login or password"
NOT_AUTHORISED = "Request to link SAML account must be authorized"
MISMATCH = "SAML Name ID and email address do not match your user account. Contact an administrator."
CONNECTED = "Your organization's SSO has been connected to your GitLab account"
NO_RESPONSE = "SAML response missing"
NO_XML = "Invalid SAML Response. Not match the saml-schema-protocol-2.0.xsd"
EMPTY_NAME_ID = "An empty NameID value found"


def unable(reason: str) -> str:
    """The alert of a response that is not valid."""
    return f'Unable to sign in to group with SAML: "{humanized(reason)}"'


def humanized(reason: str) -> str:
    """Rails' `humanize`: blanks for underscores, and only the first letter a capital."""
    plain = reason.replace("_", " ")
    return plain[:1].upper() + plain[1:].lower()
