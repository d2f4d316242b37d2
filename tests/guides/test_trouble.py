"""The trouble catalogue: every row first from its literal message and from a log line around it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimtui.connection import CHECKS
from scimtui.directory.search import parse_query
from scimtui.guides.trouble import SCREENS, WHO, as_reply, catalogue, explain, values_in

GUID = "b7c0e4d2-8a7f-4c11-a3be-5d9f1c2e7a60"


def scim(reason: str, status: int = 412) -> str:
    """A SCIM answer as GitLab writes it, the request echoed."""
    echo = f'{{"extern_uid"=>"{GUID}", "email"=>"chloe@acme.example", "password"=>"[FILTERED]"}}'
    schema = "urn:ietf:params:scim:api:messages:2.0:Error"
    return json.dumps(
        {"schemas": [schema], "detail": f"Error saving user with {echo}: {reason}", "status": status}
    )


def banner(message: str) -> str:
    """A banner in the HTML of GitLab's page."""
    quoted = message.replace("'", "&#39;")
    return f'<div class="gl-alert-body" data-testid="alert-danger">acme SAML authentication failed: {quoted}</div>'


def production_log(message: str) -> str:
    """A line of GitLab's JSON log."""
    return json.dumps(
        {"severity": "INFO", "time": "2026-11-24T09:00:00Z", "meta.user": "", "message": message}
    )


def entra_event(reason: str, code: str = "EntryConflict", uid: str = GUID) -> str:
    """An event of Entra's provisioning log."""
    return json.dumps(
        [
            {
                "id": "11111111-2222-3333-4444-555555555555",
                "activityDateTime": "2026-11-24T09:00:00Z",
                "provisioningAction": "create",
                "sourceIdentity": {
                    "displayName": "Chloé Dubois",
                    "details": [{"key": "odatatype", "value": "User"}],
                },
                "provisioningStatusInfo": {
                    "status": "failure",
                    "errorInformation": {
                        "errorCode": code,
                        "reason": f"Failed to create User 'chloe@acme.example' in customappsso; Error: "
                        f"StatusCode: Conflict Message: Processing of the HTTP request resulted in an exception. "
                        f"Web Response: {reason}",
                    },
                },
                "modifiedProperties": [
                    {"displayName": "externalId", "oldValue": '"chloe.dubois"', "newValue": f'"{uid}"'},
                    {"displayName": "userName", "oldValue": None, "newValue": '"chloe"'},
                ],
            }
        ]
    )


def okta_event(reason: str) -> str:
    """An event of Okta's system log."""
    return json.dumps(
        {
            "uuid": "5e1a-…",
            "published": "2026-11-24T09:00:00.000Z",
            "eventType": "application.provision.user.push",
            "displayMessage": "Push new user to external application",
            "outcome": {"result": "FAILURE", "reason": reason},
            "target": [
                {
                    "id": "0ua1",
                    "type": "AppUser",
                    "alternateId": "chloe@acme.example",
                    "displayName": "Chloé",
                },
                {"id": "00u1a2b3c4d5e6f7g8h9", "type": "User", "alternateId": "chloe@acme.example"},
            ],
        }
    )


# The row of the contract's section 4, the entry, its literal message, and a line as it is really seen.
ROWS: list[tuple[int, str, str, str]] = [
    (
        1,
        "not-created-again",
        "person not re-created after removal",
        "Ticket 41: person not re-created after removal, why?",
    ),
    (
        2,
        "not-linked-to-saml",
        "User is not linked to a SAML account",
        scim("User is not linked to a SAML account"),
    ),
    (
        3,
        "cannot-sign-in",
        "person cannot sign in",
        "Since Monday this person cannot sign in any more with SSO",
    ),
    (
        4,
        "identities-differ",
        "unsure whether ids match",
        "Hello, we are unsure whether ids match for two people.",
    ),
    (
        5,
        "uid-differs-from-nameid",
        "SCIM extern_uid != SAML NameID",
        "audit: SCIM extern_uid != SAML NameID for user 12",
    ),
    (6, "changing-the-app", "changing SCIM app/IdP", "We plan on changing SCIM app/IdP next week"),
    (
        7,
        "user-taken-scim",
        '"User has already been taken","status":409',
        scim("User has already been taken", 409),
    ),
    (
        8,
        "email-domain-not-allowed",
        "The member's email address is not allowed for this group. Check with your administrator.",
        scim("The member's email address is not allowed for this group. Check with your administrator."),
    ),
    (
        9,
        "not-linked-or-inactive",
        "The member's email address is not linked to a SAML account or has an inactive SCIM identity.",
        scim(
            'The member\'s email address is not linked to a SAML account or has an inactive SCIM identity. For information on how to resolve this error, see the <a href="https://docs.gitlab.com/">troubleshooting SCIM documentation</a>.'
        ),
    ),
    (
        10,
        "pending-deprovisioning",
        "User is pending deprovisioning. Please wait for the user to be deprovisioned and try again later.",
        scim(
            "User is pending deprovisioning. Please wait for the user to be deprovisioned and try again later.",
            409,
        ),
    ),
    (
        11,
        "entra-invalid-credentials",
        "You appear to have entered invalid credentials. Please confirm you are using the correct information for an administrative account",
        "Testing connection to customappsso\nYou appear to have entered invalid credentials. Please confirm you are using\nthe correct information for an administrative account. Request-id: 7c",
    ),
    (
        12,
        "entra-name-blank",
        "Namespace can't be blank, Name can't be blank, and User can't be blank.",
        entra_event(
            scim("Namespace can't be blank, Name can't be blank, and User can't be blank."),
            "UnprocessableEntity",
        ),
    ),
    (
        13,
        "entra-groups",
        "Failed to match an entry in the source and target systems Group 'Group-Name'",
        "Failed to match an entry in the source and target systems Group 'Everybody' <html><body>You are being <a href=\"https://gitlab.com/users/sign_in\">redirected</a>.</body></html>",
    ),
    (14, "entra-mapping", "Entra mapping check", "Support asks for an Entra mapping check of our app"),
    (15, "okta-null", "Error authenticating: null", "Test API Credentials\n  Error authenticating: null"),
    (16, "search-the-log", "log search hint", "is there a log search hint for such requests"),
    (
        17,
        "nameid-missing",
        "SAML authentication failed: SAML NameID is missing from your SAML response. Please contact your administrator.",
        banner("SAML NameID is missing from your SAML response. Please contact your administrator."),
    ),
    (
        18,
        "nameid-taken",
        "SAML authentication failed: Extern uid has already been taken. Please contact your administrator to generate a unique external_uid (NameID).",
        banner(
            "Extern uid has already been taken. Please contact your administrator to generate a unique extern_uid / NameID"
        ),
    ),
    (
        19,
        "user-taken-sign-in",
        "SAML authentication failed: User has already been taken",
        banner("User has already been taken"),
    ),
    (
        20,
        "nameid-case",
        "Extern UID has already been taken\nUser has already been taken",
        banner(
            "Extern uid has already been taken. Please contact your administrator to generate a unique extern_uid / NameID, User has already been taken"
        ),
    ),
    (
        21,
        "email-taken",
        "SAML authentication failed: Email has already been taken",
        banner("Email has already been taken"),
    ),
    (
        22,
        "link-not-authorized",
        "Request to link SAML account must be authorized",
        banner("Request to link SAML account must be authorized"),
    ),
    (
        23,
        "existing-account",
        "There is already a GitLab account associated with this email address. Sign in with your existing credentials to connect your organization's account",
        "<p>There is already a GitLab account associated with this email address. Sign in with your existing credentials to connect your organization&#39;s account</p>",
    ),
    (
        24,
        "nameid-and-email-differ",
        "SAML Name ID and email address do not match your user account. Contact an administrator.",
        banner("SAML Name ID and email address do not match your user account. Contact an administrator."),
    ),
    (
        25,
        "disabled-for-security",
        "Signing in using your ... account has been disabled for security reasons.",
        "Signing in using your acme account has been disabled for security reasons. Please sign in to your GitLab account using another authentication method and reconnect to your acme account.",
    ),
    (
        26,
        "certificate-missing",
        "Certificate element missing in response (ds:x509certificate) and not cert provided at settings",
        production_log(
            'Unable to sign in: "Certificate element missing in response (ds:x509certificate) and not cert provided at settings"'
        ),
    ),
    (
        27,
        "fingerprint",
        'Unable to sign in to group with SAML: "..."',
        'Unable to sign in to group with SAML: "Fingerprint mismatch"',
    ),
    (
        28,
        "invalid-audience",
        "Invalid audience",
        production_log(
            "OneLogin::RubySaml::ValidationError Invalid audience. The audience https://gitlab.com/groups/acme , is wrong"
        ),
    ),
    (29, "claims-missing", "Email can't be blank", banner("Email can't be blank")),
    (
        30,
        "email-not-in-response",
        "The SAML response did not contain an email address. Either the SAML identity provider is not configured to send the attribute, or the identity provider directory does not have an email address value for your user.",
        "! The SAML response did not contain an email address. Either the SAML identity provider is not configured to send the attribute",
    ),
    (31, "login-loop", "login loop", "Some colleagues are stuck in a login loop since this morning"),
    (
        32,
        "not-found-some",
        "404 after successful sign-in, some users",
        "report: 404 after successful sign-in, some users only",
    ),
    (33, "not-found-all", "404 for all", "Since the renewal there is a 404 for all of us"),
    (34, "error-500", "500 after login (self-managed)", "we get a 500 after login (self-managed) on 18.9"),
    (
        35,
        "error-422",
        "Email is not allowed. Please use your regular email address.",
        '{"message":"Email is not allowed. Please use your regular email address.","status":422}',
    ),
    (
        36,
        "blocked-at-sign-in",
        "user blocked at SAML sign-in (self-managed)",
        "new user blocked at SAML sign-in (self-managed)",
    ),
    (
        37,
        "google-app-off",
        "app_not_configured_for_user",
        "403. That's an error. Error: app_not_configured_for_user Service is not configured for this user.",
    ),
    (
        38,
        "invite-not-linked",
        "The member's email address is not linked to a SAML account",
        '{"message":{"base":["The member\'s email address is not linked to a SAML account"]},"status":"error"}',
    ),
    (
        39,
        "verify-configuration",
        'must match stored NameID of "b7" to identify user and allow sign in',
        f'NameID: {GUID} must match stored NameID of "{GUID.upper()}" to identify user and allow sign in',
    ),
    (
        40,
        "last-owner",
        "Could not remove <name> from <group>. Cannot remove last group owner.",
        json.dumps(
            {"detail": "Could not remove Ada Byron from Acme. Cannot remove last group owner.", "status": 412}
        ),
    ),
    (
        41,
        "unsupported-filter",
        "Unsupported Filter",
        json.dumps({"detail": "Unsupported Filter", "status": 412}),
    ),
    (
        42,
        "saml-sso-not-configured",
        "Group <x> does not have SAML SSO configured",
        json.dumps({"detail": "Group acme/team does not have SAML SSO configured", "status": 404}),
    ),
    (43, "missing-params", "Missing params: [:...]", scim("Missing params: [:username, :email]")),
    (
        44,
        "empty-source",
        "Extern uid can't be blank",
        scim("Email can't be blank and Extern uid can't be blank"),
    ),
    (
        45,
        "two-factor",
        "two-factor cannot be reset by Owner",
        "why: two-factor cannot be reset by Owner here",
    ),
    (
        46,
        "service-accounts",
        "service accounts cannot be added (self-managed membership lock)",
        "service accounts cannot be added (self-managed membership lock), says the admin",
    ),
    (47, "nameid-format-aws", "AWS: 403 when linking", "With AWS: 403 when linking the account"),
]
MORE = [
    (
        "sees-nothing",
        "signs in and sees nothing",
        "Ada signs in and sees nothing, her role is Minimal Access",
    ),
    (
        "loop-by-case",
        "login loop as the sign of a difference in case",
        "sign-in loop for one person, NameID in other capitals",
    ),
    (
        "group-not-found",
        "Group <x> not found",
        json.dumps(
            {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "detail": "Group acme not found",
                "status": 404,
            }
        ),
    ),
    (
        "extern-uid-taken-scim",
        '"Extern uid has already been taken","status":409',
        scim("Identities extern uid has already been taken. Please contact your administrator", 409),
    ),
    ("okta-put", "405 Not Allowed", okta_event("Automatic profile push failed: 405 Not Allowed")),
    (
        "entra-unauthorized",
        "EncounteredQuarantineException",
        "job status: quarantine, reason EncounteredQuarantineException",
    ),
    (
        "entra-skipped",
        "EntrySynchronizationSkipped",
        entra_event("The entry was not assigned", "EntrySynchronizationSkipped"),
    ),
    ("entra-entry-conflict", "EntryConflict", entra_event("A conflict")),
    (
        "token-expired",
        "Token is expired. You can either do re-authorization or token refresh.",
        '{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}',
    ),
    (
        "insufficient-scope",
        "insufficient_scope",
        '{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}',
    ),
    ("unauthorized", "401 Unauthorized", 'HTTP/1.1 401 Unauthorized\n\n{"message":"401 Unauthorized"}'),
    (
        "group-saml-off",
        "403 Forbidden - Group SAML not enabled.",
        '{"message":"403 Forbidden - Group SAML not enabled."}',
    ),
    (
        "entra-not-reached",
        "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable",
        '{"code":"SystemForCrossDomainIdentityManagementCredentialValidationUnavailable","message":"We received this unexpected response from your application"}',
    ),
    (
        "entra-not-assigned",
        "AADSTS50105",
        "Sorry, but we're having trouble signing you in. AADSTS50105: Your administrator has configured the application",
    ),
    (
        "entra-unknown-application",
        "AADSTS700016",
        "AADSTS700016: Application with identifier 'https://gitlab.com/groups/acme' was not found in the directory",
    ),
    (
        "entra-reply-url",
        "AADSTS50011",
        "AADSTS50011: The reply URL specified in the request does not match the reply URLs configured",
    ),
    ("forbidden", "403 Forbidden", '{"message":"403 Forbidden"}'),
    (
        "update-refused",
        "Error updating Jane Doe with {}",
        json.dumps({"detail": 'Error updating Jane Doe with {"extern_uid"=>"new"}', "status": 412}),
    ),
    (
        "resource-not-found",
        "Resource 4711 not found",
        'PATCH https://gitlab.com/api/scim/v2/groups/acme/Users/4711 HTTP/1.1 404 {"detail":"Resource 4711 not found","status":404}',
    ),
    (
        "slow-down",
        "This endpoint has been requested too many times. Try again later.",
        "HTTP/2 429\nretry-after: 60\n\nRetry later",
    ),
    (
        "wrong-content-type",
        "The provided content-type 'application/json' is not supported.",
        '{"error":"The provided content-type \'application/json\' is not supported."}',
    ),
    (
        "response-refused",
        'Unable to sign in to group with SAML: "Current time is on or after NotOnOrAfter condition"',
        'acme: Unable to sign in to group with SAML: "The status code of the Response was not Success, was Responder"',
    ),
    (
        "email-unconfirmed",
        "You have to confirm your email address before continuing.",
        "GitLab: You have to confirm your email address before continuing. Please check your email for the link "
        "we sent you, or click 'Resend confirmation email'.",
    ),
    (
        "entra-duplicate-target",
        "DuplicateTargetEntries",
        "Status\tFailure\nError code\tDuplicateTargetEntries",
    ),
    (
        "entra-duplicate-source",
        "DuplicateSourceEntries",
        '{"errorCode":"DuplicateSourceEntries","reason":"x"}',
    ),
    ("entra-value-missing", "MandatoryFieldsMissing", '{"errorCode":"InvalidAnchor","reason":"x"}'),
    ("entra-too-many-deletes", "TooManyDeletes", "quarantine: reason TooManyDeletes, since 2026-11-20"),
    ("entra-too-slow", "errorCode TooManyRequests", '{"errorCode":"Timeout","reason":"x"}'),
    (
        "issuer-mismatch",
        "Doesn't match the issuer, expected: https://a.example, but was: https://b.example",
        "Could not authenticate you from SAML because \"Doesn't match the issuer, expected: <https://a.example/x>, "
        'but was: <https://b.example/x>".',
    ),
    (
        "received-elsewhere",
        "The response was received at http://git.acme.example/users/auth/saml/callback instead of "
        "https://git.acme.example/users/auth/saml/callback",
        'Unable to sign in to group with SAML: "The response has an empty destination value"',
    ),
    (
        "request-mismatch",
        "The InResponseTo of the Response: _1, does not match the ID of the AuthNRequest sent by the SP",
        'Unable to sign in to group with SAML: "The inresponseto of the response: _a1b2, does not match the id of the '
        'authnrequest sent by the sp"',
    ),
    (
        "certificate-expired",
        "Idp x509 certificate expired",
        'Unable to sign in to group with SAML: "Certificate expired"',
    ),
    (
        "certificate-unreadable",
        "OpenSSL::X509::CertificateError",
        'Started POST "/users/auth/saml/callback" for 10.0.0.9\nOpenSSL::X509::CertificateError (nested asn1 error):',
    ),
    (
        "assertion-encrypted",
        "An EncryptedAssertion found and no SP private key found on the settings to decrypt it.",
        'GitLab: Could not authenticate you from SAML because "An encryptedassertion found and no sp private key found '
        'on the settings to decrypt it. be sure you provided the :settings parameter at the initialize method".',
    ),
    (
        "no-account-made",
        "Signing in using your SAML account without a pre-existing GitLab account is not allowed.",
        "Signing in using your Okta account without a pre-existing account in git.acme.example is not allowed. "
        "Create an account in git.acme.example first, and then connect it to your Okta account.",
    ),
    (
        "ldap-blocked-by-scim",
        "403 Forbidden - LDAP blocked users cannot be unblocked by the API",
        "The state is ldap_blocked, and there is no LDAP anywhere in our installation",
    ),
    (
        "provider-off",
        "Signing in using Keycloak has been disabled",
        "GitLab says: Signing in using Azure AD has been disabled",
    ),
    (
        "entra-groups-instance",
        "Self-managed: Failed to match an entry in the source and target systems Group 'devs'",
        "PATCH https://git.acme.example/api/scim/v2/application/Groups\n"
        "Failed to match an entry in the source and target systems Group 'devs'",
    ),
    (
        "scim-group-without-link",
        "No matching SAML group found with name: devs",
        json.dumps({"detail": "No matching SAML group found with name: team devs", "status": 412}),
    ),
    (
        "scim-groups-linked-later",
        "SCIM group members do not appear in newly added SAML group links",
        "We pushed groups by SCIM; people don't show in the group links that were added later.",
    ),
    (
        "group-sync-removes",
        "SAML group links reset the role at every login",
        "My role is set to Guest each time I log in with SAML, an Owner gives it back and it is gone again",
    ),
    (
        "too-many-groups",
        "more than 150 groups in Entra",
        "The response has http://schemas.microsoft.com/claims/groups.link instead of the groups",
    ),
    (
        "group-link-refused",
        "Saml group name has already been taken",
        'GET /api/v4/groups/acme/saml_group_links → 401 {"message":"401 Unauthorized"}',
    ),
    (
        "forbidden-scim",
        'GET /api/scim/v2/groups/acme/Users 403 {"message":"403 Forbidden"}',
        'SCIM request with the SCIM token: HTTP 403 {"message":"403 Forbidden"}',
    ),
    (
        "saml-identity-not-found",
        'GET /api/v4/groups/1/saml/x {"message":"404 Identity Not Found"}',
        'DELETE https://gitlab.com/api/v4/groups/1/saml/ada%40acme.example\n404 {"message":"404 Identity Not Found"}',
    ),
    (
        "path-traversal",
        "Potential path traversal attempt detected",
        "400 Potential path traversal attempt detected. Please correct the path. Then try again.",
    ),
    (
        "email-not-owned",
        "Email must be owned by the user's enterprise group",
        json.dumps({"message": {"email": ["must be owned by the user's enterprise group"]}}),
    ),
    (
        "group-transfer",
        "Transfer failed: SAML Provider or SCIM Token is configured for this group.",
        "How do we transfer the group? It has SAML, GitLab says it can't be transferred",
    ),
    (
        "sso-session",
        "Cannot find valid SSO session",
        "remote: ERROR: Cannot find valid SSO session. Please login via your group's SSO at https://gitlab.com/x\n"
        "fatal: Could not read from remote repository.",
    ),
    (
        "service-account-sso",
        "A service account can't be added: is not linked to a SAML account",
        "SSO is enforced and the service account fails to be added to the group",
    ),
    (
        "sole-owner",
        "Can not remove a user who is the sole owner of a group.",
        'DELETE /api/v4/groups/1/enterprise_users/7 409 {"message":"Can not remove a user who is the sole owner of a group."}',
    ),
    (
        "audit-linked",
        "update_mismatched_group_saml_extern_uid",
        json.dumps({"event_name": "x", "custom_message": "Updated extern_uid from ada-1 to ada-2"}),
    ),
    (
        "no-enterprise-badge",
        "Why does this person have no enterprise badge in the group?",
        "The Enterprise badge is missing on the members page for three users of our GitLab group",
    ),
    (
        "username-made",
        "How does SCIM make the username?",
        "Which username does GitLab give to users that come by SCIM?",
    ),
    (
        "owners-locked-out",
        "All owners are locked out",
        "Nobody of the group's owners can sign in, SSO is enforced and our IdP is down",
    ),
    (
        "loop-after-changed-nameid",
        "Sign-in loop since the NameID changed",
        "After her marriage her e-mail was changed in Entra, and now she can't log in to GitLab by SSO",
    ),
    (
        "second-account",
        "SAML made a duplicate account",
        "Logging in with SSO gave him a second GitLab account",
    ),
    (
        "new-mail-domain",
        "our e-mail domain changes, NameID is the e-mail",
        "The whole company moves to a new mail domain. What about GitLab SSO?",
    ),
    (
        "signed-in-without-group",
        "Signed in with SSO, but she is not a member of the group",
        "After SAML login he lands on dashboard/groups and is in no group of GitLab",
    ),
    ("email-invalid", "Email is invalid", "SAML sign-in, red banner: Email is invalid"),
    (
        "not-a-member",
        "Could not remove Ada from Acme. User is not a group member.",
        json.dumps(
            {"detail": "Could not remove Ada Lin from Acme. User is not a group member.", "status": 412}
        ),
    ),
    (
        "email-not-verified",
        "The member's email address is not verified.",
        scim("The member's email address is not verified."),
    ),
    (
        "no-seat-for-role",
        "Member role the custom role's base access level does not match the current access level",
        scim("Member role the custom role's base access level does not match the current access level"),
    ),
    (
        "leaver-stays",
        "Removed from the app in Okta and still has access to the GitLab group",
        "A contractor was offboarded in Entra last week. He is still listed in a subgroup and can push.",
    ),
    (
        "profile-not-updated",
        "The name in GitLab is not updated by SCIM",
        "Her last name changed in Okta, GitLab still shows the old name",
    ),
    (
        "roles-reset",
        "After being reassigned by SCIM everybody lost their role",
        "We removed all from the SCIM app and added them again: all roles fell back to the default role",
    ),
    (
        "okta-web-page",
        "Errors reported by remote server: Invalid JSON: Unexpected character ('<' (code 60))",
        "Okta, Test API Credentials: Error authenticating: Not Found. Errors reported by remote server: Invalid JSON: "
        "Unexpected character ('<' (code 60)): expected a valid value (number, String, array, object)",
    ),
    (
        "entra-no-request",
        "AADSTS750054",
        "AADSTS750054: SAMLRequest or SAMLResponse must be present as query string parameters in HTTP request for SAML "
        "Redirect binding.",
    ),
    (
        "entra-authn-method",
        "AADSTS75011",
        "AADSTS75011: Authentication method 'X509, MultiFactor' by which the user authenticated with the service doesn't "
        "match requested authentication method 'Password, ProtectedTransport'.",
    ),
    ("entra-misconfigured", "AADSTS650056", "AADSTS650056: Misconfigured application. Contact your admin."),
    (
        "scim-500",
        'PATCH /api/scim/v2/groups/acme/Users/x 500 {"message":"500 Internal Server Error"}',
        'Entra: StatusCode: InternalServerError Web Response: {"message":"500 Internal Server Error"} in customappsso',
    ),
    (
        "instance-scim-missing",
        'GET /api/scim/v2/application/Users 404 {"message":"404 Not Found"}',
        'https://git.acme.example/api/scim/v2/application/Users?count=1\nHTTP/1.1 404 Not Found\n{"message":"404 Not Found"}',
    ),
    (
        "entra-several-matches",
        "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse",
        '{"errorCode":"SystemForCrossDomainIdentityManagementBadResponse","reason":"x"}',
    ),
]


def test_every_row_and_every_entry_has_its_case() -> None:
    assert [row for row, *_ in ROWS] == list(range(1, 48))
    assert {entry.code for entry in catalogue()} == {code for _, code, *_ in ROWS} | {
        code for code, *_ in MORE
    }


@pytest.mark.parametrize(
    ("row", "code", "literal", "line"), ROWS, ids=[f"{row}-{code}" for row, code, *_ in ROWS]
)
def test_a_row_is_first_from_its_message_and_from_a_line_around_it(
    row: int, code: str, literal: str, line: str
) -> None:
    for text in (literal, line):
        found = explain(text)
        assert found.matches and found.matches[0].trouble.code == code, text
        assert found.matches[0].trouble.row == row and found.matches[0].evidence and not found.nearest


@pytest.mark.parametrize(("code", "literal", "line"), MORE, ids=[code for code, *_ in MORE])
def test_the_other_entries_likewise(code: str, literal: str, line: str) -> None:
    for text in (literal, line):
        found = explain(text).matches
        assert found and found[0].trouble.code == code, text


def test_every_literal_message_of_the_files_leads_to_its_entry() -> None:
    """The variants over GitLab's versions, too; where a message needs others around it, with one of them."""
    for entry in catalogue():
        for message in entry.messages:
            needed = [word for word in message.needs if not word.startswith("@")]
            text = " ".join((message.text.replace("<", "").replace(">", ""), *needed[:1], *message.cues[:1]))
            text += f" {message.inside[0].replace(' + ', ' ')}}}" if message.inside else ""
            text += f" status: {message.status}" if message.status else ""
            assert entry.code in {match.trouble.code for match in explain(text).matches}, message.text


def test_two_messages_together_beat_each_alone() -> None:
    both = "Extern UID has already been taken and User has already been taken"
    found = explain(both).matches
    assert found[0].trouble.code == "nameid-case" and len(found[0].evidence) == 2
    assert explain("Extern UID has already been taken").matches[0].trouble.code != "nameid-case"


def test_the_entries_lead_somewhere() -> None:
    checks = {check.code for check in CHECKS}
    for entry in catalogue():
        assert entry.screen in SCREENS and set(entry.who) <= set(WHO) and entry.page.startswith("https://")
        assert entry.messages or entry.symptoms or entry.together or entry.described, entry.code
        assert set(entry.yields_to) <= {"*", *(one.code for one in catalogue())}, entry.code
        assert all((entry.title, entry.cause, entry.tell, entry.fix)), entry.code
        assert not entry.check or (entry.screen == "connection" and entry.check in checks), entry.code
        assert bool(entry.step) == (entry.screen == "setup"), entry.code
        assert not entry.query or entry.screen == "users"
        parse_query(entry.query)


def test_what_gave_it_away_is_spelled_as_in_the_text() -> None:
    found = explain(scim("User has already been taken", 409)).matches[0]
    assert found.evidence == ("User has already been taken", "409")


@pytest.mark.parametrize("typed", ["alr", "already tak", "TAKEN already", "user already been"])
def test_searching_while_it_is_typed(typed: str) -> None:
    codes = [match.trouble.code for match in explain(typed).matches]
    assert "user-taken-scim" in codes


def test_where_nothing_fits_the_nearest_are_no_more_than_that() -> None:
    found = explain(
        "the provisioning of my frobnicator has been taken over by somebody whose account is odd, odd"
    )
    assert found.matches == () and len(found.nearest) == 3
    assert not explain("").matches and not explain("").nearest
    assert len(explain("qqq zzz").nearest) == 3 and not explain("qqq zzz").matches


# ── what a text says about whom ──────────────────────────────────────────────


def test_the_values_of_a_scim_answer() -> None:
    values = explain(scim("User has already been taken", 409)).values
    assert values.as_json() == {"email": "chloe@acme.example", "uid": GUID, "status": "409"}


def test_the_values_of_an_entra_event() -> None:
    found = explain(entra_event(scim("User has already been taken", 409)))
    assert found.matches[0].trouble.code == "user-taken-scim"
    values = found.values
    assert (values.uid, values.stored, values.email, values.status) == (
        GUID,
        "chloe.dubois",
        "chloe@acme.example",
        "409",
    )
    assert values.username == "chloe"


def test_the_values_of_an_okta_event() -> None:
    values = values_in(okta_event("User has already been taken (409)"))
    assert (values.uid, values.email) == ("00u1a2b3c4d5e6f7g8h9", "chloe@acme.example")


def test_the_values_of_a_csv_row() -> None:
    text = (
        "Date,Identity,Action,Status,ErrorCode,Reason,externalId\n"
        f'2026-11-24,chloe@acme.example,Create,failure,EntryConflict,"User has already been taken, 409",{GUID}\n'
    )
    found = explain(text)
    assert found.matches[0].trouble.code == "user-taken-scim"
    assert (found.values.uid, found.values.email) == (GUID, "chloe@acme.example")


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("GET https://gitlab.com/api/scim/v2/groups/acme%2Eeu/Users → 404", "group", "acme.eu"),
        ("Group acme does not have SAML SSO configured", "group", "acme"),
        ('{"user_id": 4711, "message":"403 Forbidden"}', "user_id", "4711"),
        ("StatusCode: Conflict Message: x", "status", "409"),
        ("HTTP/1.1 412 Precondition Failed", "status", "412"),
        ('filter=externalId eq "Chloe/1"&count=1', "uid", "Chloe/1"),
        ("userName=>'chloe'", "username", "chloe"),
        (f"something about {GUID}", "mentioned", GUID),
        ("NameID: 'chloe.dubois'", "uid", "chloe.dubois"),
    ],
)
def test_a_value_in_a_text(text: str, key: str, value: str) -> None:
    assert values_in(text).as_json()[key] == value


def test_ids_of_the_event_itself_are_nobodys() -> None:
    assert values_in('{"id":"11111111-2222-3333-4444-555555555555","reason":"x"}').uid == ""


def test_a_value_ends_at_its_own_quote() -> None:
    detail = 'Error saving user with {"externalId"=>"o\'brien@example.com", "userName"=>"obrien"}: User has already been taken'
    values = values_in(json.dumps({"detail": detail, "status": 409}))
    assert (values.uid, values.username) == ("o'brien@example.com", "obrien")


ECHO = 'Error saving user with {"extern_uid"=>"bobs-id", "email"=>"bob@corp.example"}: User has already been taken'
JANE = {"userPrincipalName": "jane@corp.example", "status": "failure", "reason": "EntryConflict"}
BOB = {"modifiedProperties": [{"displayName": "externalId", "newValue": '"bobs-id"'}], "status": "failure"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([JANE, BOB]),
        json.dumps({"value": [JANE, BOB]}),
        f"{json.dumps(JANE)}\n{json.dumps(BOB)}",
        f"{ECHO}\n{ECHO.replace('bob', 'jane')}",
        "Status,Identity,Reason,externalId\nfailure,jane@corp.example,x,\nfailure,,y,bobs-id\n",
        "jane@corp.example and bob@corp.example can't sign in, 409",
    ],
    ids=["events", "graph", "lines", "echoes", "rows", "words"],
)
def test_values_of_several_people_are_nobodys(text: str) -> None:
    values = values_in(text)
    assert values.who == (), values


def test_several_events_about_one_person_are_that_persons() -> None:
    event = entra_event(scim("User has already been taken", 409))
    both = json.dumps(json.loads(event) * 2)
    assert values_in(both).uid == GUID and values_in(both).email == "chloe@acme.example"


def test_what_stands_around_an_echo_is_not_whom_it_is_about() -> None:
    values = values_in(
        f"From: helpdesk@corp.example\nHello, we get {ECHO}\nRegards, Jane <jane@corp.example>"
    )
    assert (values.uid, values.email) == ("bobs-id", "bob@corp.example")


def test_who_asked_is_not_whom_a_log_line_is_about() -> None:
    line = {
        "method": "PATCH",
        "path": "/api/v4/groups/acme/scim/old-uid",
        "user_id": 7,
        "username": "owner",
        "status": 404,
    }
    assert values_in(json.dumps(line)).as_json() == {"stored": "old-uid", "status": "404", "group": "acme"}


def test_the_target_of_an_okta_event_counts_and_not_its_actor() -> None:
    event = json.loads(okta_event("x"))
    event["actor"] = {"id": "00uADMINADMINADMIN00", "type": "User", "alternateId": "admin@corp.example"}
    values = values_in(json.dumps({"actor": event.pop("actor"), **event}))
    assert (values.uid, values.email) == ("00u1a2b3c4d5e6f7g8h9", "chloe@acme.example")


def test_the_id_of_an_application_is_nobodys_uid() -> None:
    event = {"provisioningAction": "create", "targetSystem": {"details": {"ApplicationId": GUID}}}
    assert values_in(json.dumps(event)).uid == ""


def test_a_filter_by_user_name_is_no_uid() -> None:
    values = values_in("GET /Users?filter=userName%20eq%20%22jdoe%22&count=1")
    assert (values.uid, values.username) == ("", "jdoe")


def test_an_update_is_about_the_last_owner_only_where_it_says_so() -> None:
    detail = 'Error updating Jane Doe with {"active"=>false}'
    assert explain(json.dumps({"detail": detail, "status": 412})).matches[0].trouble.code == "last-owner"


@pytest.mark.parametrize("parts", [0, 1])
def test_two_messages_of_two_answers_do_not_hide_each_other(parts: int) -> None:
    texts = [banner("User has already been taken"), scim("User has already been taken", 409)]
    pasted = "\n".join(texts if parts else reversed(texts))
    codes = {match.trouble.code for match in explain(pasted).matches}
    assert {"user-taken-scim", "user-taken-sign-in"} <= codes


def test_an_answer_of_scim_is_no_sign_of_capitals() -> None:
    reason = "Extern uid has already been taken, User has already been taken"
    codes = [match.trouble.code for match in explain(scim(reason, 409)).matches]
    assert "nameid-case" not in codes and codes
    apart = f"{banner('Extern uid has already been taken')}\n{banner('User has already been taken')}"
    assert "nameid-case" not in {match.trouble.code for match in explain(apart).matches}


def test_a_blank_address_in_an_echo_stays_a_matter_of_scim() -> None:
    text = f"GitLab SAML and SCIM log: {scim('Email can' + chr(39) + 't be blank')}"
    assert explain(text).matches[0].trouble.code == "empty-source"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('Unable to sign in to group with SAML: "Invalid audience"', "invalid-audience"),
        ('{"errorCode":"Unauthorized","reason":"x"}', "entra-unauthorized"),
    ],
)
def test_the_message_that_says_more_comes_first(text: str, code: str) -> None:
    assert explain(text).matches[0].trouble.code == code


def test_an_event_about_a_person_is_never_called_harmless() -> None:
    event = {
        "identityType": "User",
        "errorCode": "SystemForCrossDomainIdentityManagementServiceIncompatible",
        "reason": "Email has already been taken",
        "status": 409,
    }
    found = explain(json.dumps(event)).matches
    assert found[0].trouble.code == "email-taken"
    assert "entra-groups" not in {match.trouble.code for match in found}
    group = explain(json.dumps({**event, "identityType": "Group", "reason": "x"})).matches
    assert group[0].trouble.code == "entra-groups"


def test_what_only_words_found_is_told_as_that() -> None:
    found = explain("missing NameID attribute").matches
    assert found and all(match.by_words for match in found)
    assert "the" not in explain("the response is missing a NameID").matches[0].evidence
    assert not explain("Unsupported Filter").matches[0].by_words


def test_a_person_that_could_not_be_matched_is_not_harmless() -> None:
    text = "Failed to match an entry in the source and target systems User 'jane@corp.example'"
    assert "entra-groups" not in {match.trouble.code for match in explain(text).matches}


# ── hostile texts, and replies ───────────────────────────────────────────────


@given(st.text(max_size=400))
def test_any_text_can_be_explained(text: str) -> None:
    found = explain(text)
    json.dumps(found.as_json())


HOSTILE = {
    "nested-list": "[" * 5000,
    "nested-object": '{"a":' * 3000,
    "one-word": "a" * 300_000,
    "angles": "<" * 50_000,
    "quotes": 'x,"' * 20_000,
    "many-rows": "status,reason,date\n" + "a,b,c\n" * 20_000,
    "placeholders": "Group " * 20_000,
    "escapes": "\x00\x1b[31m",
    "wrong-shape": '{"displayName":"externalId","newValue":4}',
    "ats": "@" * 50_000,
    "dots": "a." * 50_000 + "@",
    "line-breaks": "\n" * 60_000 + "User has already been taken",
    "carriage-returns": "status,reason,date\r0",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_like_any_other(name: str) -> None:
    json.dumps(explain(HOSTILE[name]).as_json())


def test_a_token_in_the_text_is_nowhere_in_what_comes_of_it() -> None:
    token = "glsoat-0123456789abcdefghij"
    found = explain(f'Error updating {token} with {{"externalId":"{token}"}} 401 Unauthorized')
    assert found.matches and token not in repr(found) and "0123456789" not in as_reply(found.matches[0])


def test_a_reply_has_cause_and_fix_and_nobody_in_it() -> None:
    reply = as_reply(explain(scim("User has already been taken", 409)).matches[0])
    assert reply.startswith("**User has already been taken (409)**")
    assert "**What to do:**" in reply and "docs.gitlab.com" in reply
    assert "chloe" not in reply and GUID not in reply
    for text in (
        "Could not remove Jane Doe from acme. Cannot remove last group owner.",
        'must match stored NameID of "jane-4711" to identify user and allow sign in',
    ):
        reply = as_reply(explain(text).matches[0])
        assert "jane" not in reply.lower() and "<" in reply


BARE = [
    ("PATCH https://gitlab.com/api/v4/groups/acme/saml/0a1b 404", "saml-identity-not-found"),
    (
        'curl -X PATCH https://gitlab.com/api/v4/groups/acme/saml/0a1b\n{"message":"404 Not found"}',
        "saml-identity-not-found",
    ),
    ("DELETE groups/12/saml/ada@acme.example -> 404", "saml-identity-not-found"),
    ("PATCH /api/v4/groups/acme/scim/0a1b 404 Not Found", "resource-not-found"),
    ("PATCH /api/scim/v2/groups/acme/Users/0a1b HTTP/1.1 404", "resource-not-found"),
    ("GET https://gitlab.com/groups/acme/-/saml/sso 404 Not Found", "not-found-some"),
    ("POST https://gitlab.com/groups/acme/-/saml/callback HTTP/2 404", "not-found-some"),
    ("PATCH https://gitlab.com/api/v4/groups/acme/saml/0a1b 403 Forbidden", "forbidden"),
    ("PATCH /groups/acme/saml/0a1b 404 Group Not Found", "group-not-found"),
    ("GET https://gitlab.com/api/v4/groups/acme/saml/identities 404", None),
    ("GET https://gitlab.com/api/v4/groups/acme/saml_group_links/x 404 Not Found", None),
]


@pytest.mark.parametrize(("text", "code"), BARE)
def test_a_request_and_its_status_alone_are_read_by_what_is_addressed(text: str, code: str | None) -> None:
    found = explain(text).matches
    assert (found[0].trouble.code if found else None) == code


@pytest.mark.parametrize("text", ["nothing here", "please help me", "what now"])
def test_words_that_say_nothing_find_nothing(text: str) -> None:
    assert explain(text).matches == ()


def test_the_name_of_what_may_be_anything_is_no_word_of_an_entry() -> None:
    found = {match.trouble.code for match in explain("group path").matches}
    assert found and "saml-identity-not-found" not in found
