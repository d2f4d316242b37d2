"""Terminal console for SCIM provisioning and SAML sign-in of a GitLab group."""

__version__ = "0.1.0"
