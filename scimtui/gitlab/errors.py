"""Everything that can go wrong between scimtui and GitLab, as one tree.

    GitLabError
    ├── NotSent                    nothing left this machine
    │   ├── ReadOnlyRefused
    │   ├── UnaddressableUid       a uid that would hit somebody or something else
    │   ├── UnstorableValue        a value that this API would store as another one
    │   ├── UnsafeAddress          plain http, or another origin than the profile's
    │   ├── NoToken
    │   ├── UnusableToken          a blank, line break or other character that no token has
    │   ├── LookedTooLongAgo       between the look at a person and the write too much time went by
    │   └── WrongPerson            GitLab answered for another uid than the one asked for
    ├── Unreachable                no answer came
    │   ├── NameNotResolved
    │   ├── ConnectionRefused
    │   ├── NoRoute                this machine has no way there
    │   ├── TimedOut
    │   │   └── Dripping           an answer began, and did not end in the time allowed
    │   ├── TlsFailed              `reason`: expired, wrong-host, unknown-ca, other
    │   ├── ProxyFailed
    │   └── ConnectionLost
    │       └── ClosedHere         this transport was closed meanwhile
    ├── AnswerError                GitLab answered, and the answer is no
    │   ├── NotAuthenticated       401; `reason`: unknown, expired, revoked
    │   ├── Forbidden              403
    │   │   └── InsufficientScope
    │   ├── NotFound               404
    │   │   ├── GroupNotFound
    │   │   ├── SamlNotConfigured
    │   │   └── ResourceNotFound
    │   ├── Conflict               409
    │   │   └── PendingDeprovisioning
    │   ├── Rejected               400, 412, 422
    │   ├── MethodNotAllowed       405
    │   ├── UnsupportedMediaType   415
    │   ├── RateLimited            429; `retry_after` in seconds
    │   ├── ServerFailed           5xx
    │   └── UnexpectedAnswer       `reason`: html, redirect, empty, broken-json, too-large, wrong-shape
    └── OutcomeUnknown             a write that may or may not have been done

Statuses and bodies: contract 1.2, 1.6, 4, 6. No error ever holds a token.
"""

from __future__ import annotations

from typing import ClassVar

from scimtui.findings import Finding, Severity


class GitLabError(Exception):
    """Base of all.

    Attributes:
        what: what happened, in one sentence.
        fix: what a person can do next.
        request: method and address, e.g. `GET https://…`; empty where there was none.
        status: HTTP status, None where no answer came.
        words: GitLab's own words, else the network's, raw: they can hold personal data.
    """

    code: ClassVar[str] = "gitlab-error"
    source: ClassVar[str] = ""
    speaker: ClassVar[str] = "reason"

    def __init__(
        self, what: str, *, fix: str = "", request: str = "", status: int | None = None, words: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.request = request
        self.status = status
        self.words = words

    def finding(self) -> Finding:
        """The same as a finding, for screens, commands and JSON."""
        seen = " · ".join(part for part in (self.request, self._outcome()) if part)
        return Finding(self.code, Severity.ERROR, self.what, seen, self.said, self.fix, self.source)

    @property
    def said(self) -> str:
        """The words, with whose they are; empty where they add nothing."""
        return f"{self.speaker}: {self.words}" if self.words and self.words not in self.what else ""

    def _outcome(self) -> str:
        return f"HTTP {self.status}" if self.status is not None else ""


class NotSent(GitLabError):
    """Refused here, before anything was sent."""

    code = "not-sent"


class ReadOnlyRefused(NotSent):
    """A write was asked for while this run or profile is read-only."""

    code = "read-only"


class UnaddressableUid(NotSent):
    """A uid that GitLab can't be asked about by path without meaning somebody else."""

    code = "uid-unaddressable"
    source = "sign-in.md section 7"

    def __init__(self, uid: str, reason: str) -> None:
        super().__init__(
            f"this uid can't be put into an address safely: {reason}",
            fix="find the person by username instead, and correct the value at the identity provider",
        )
        self.uid = uid


class UnstorableValue(NotSent):
    """A value that GitLab would store as another one, ignore, or fail on, over this API."""

    code = "value-unstorable"
    source = "contract 2.2, 2.3"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"GitLab would not store this value over the SCIM API as it is: {reason}",
            fix="correct the value at the identity provider, or use an access token with scope api",
        )


class UnsafeAddress(NotSent):
    """The request would go unencrypted, or to another place than the profile names."""

    code = "unsafe-address"


class NoToken(NotSent):
    """The token this request needs is not there."""

    code = "no-token"

    def __init__(self, credential: str) -> None:
        name = "SCIM token" if credential == "scim" else "access token"
        super().__init__(
            f"this needs the {name}, and this profile has none",
            fix=f"add the {name} with: scimtui profile add",
        )
        self.credential = credential


class UnusableToken(NotSent):
    """The token holds a character that none has, so it was mistaken for something else or cut badly."""

    code = "unusable-token"

    def __init__(self, credential: str) -> None:
        name = "SCIM token" if credential == "scim" else "access token"
        super().__init__(
            f"the {name} holds a blank, a line break or another character that no token has",
            fix=f"store the {name} again, without anything before, in or after it",
        )
        self.credential = credential


class LookedTooLongAgo(NotSent):
    """A write whose look at the person is too old by now: a laptop slept, or a queue was long."""

    code = "looked-too-long-ago"
    source = "contract, page 0, 12"

    def __init__(self, request: str) -> None:
        super().__init__(
            "too much time went by since the person was looked at, so nothing was sent",
            fix="try again",
            request=request,
        )


class WrongPerson(NotSent):
    """GitLab answered for another uid than the one asked for, so the write was not sent."""

    code = "wrong-person"
    source = "contract, page 0, 12"

    @classmethod
    def before_write(cls, request: str) -> WrongPerson:
        """A write that is left alone: whose identity this is can't be told, or has changed meanwhile."""
        return cls(
            "whose identity this is can't be told, or has changed meanwhile, so it was left alone",
            fix="read the person again",
            request=request,
        )


class Unreachable(GitLabError):
    """No answer came; `never_connected` tells that GitLab can't have seen the request."""

    code = "unreachable"
    never_connected: bool = False


class NameNotResolved(Unreachable):
    """The host name has no address."""

    code = "name-not-resolved"


class ConnectionRefused(Unreachable):
    """Nothing listens there, or a firewall says no."""

    code = "connection-refused"


class NoRoute(Unreachable):
    """This machine has no way there at all: most often IPv6 on a network that has none."""

    code = "no-route"


class TimedOut(Unreachable):
    """No answer within the time allowed."""

    code = "timed-out"


class Dripping(TimedOut):
    """The answer did not end within the whole time allowed; another try would take as long."""

    code = "answer-too-slow"


class TlsFailed(Unreachable):
    """No trusted encrypted connection; `reason` is expired, wrong-host, unknown-ca or other."""

    code = "tls-failed"

    def __init__(self, what: str, *, reason: str, fix: str = "", request: str = "", words: str = "") -> None:
        super().__init__(what, fix=fix, request=request, words=words)
        self.reason = reason


class ProxyFailed(Unreachable):
    """The proxy from the environment refused or failed."""

    code = "proxy-failed"


class ConnectionLost(Unreachable):
    """The connection broke before a whole answer was read."""

    code = "connection-lost"


class ClosedHere(ConnectionLost):
    """The transport was closed while the request waited or was under way."""

    code = "closed"


class AnswerError(GitLabError):
    """GitLab answered, and the answer is no."""

    code = "answer-error"
    speaker = "GitLab says"


class NotAuthenticated(AnswerError):
    """401; `reason` is unknown, expired or revoked."""

    code = "not-authenticated"
    source = "contract 1.2, 6"
    reason: str = "unknown"


class Forbidden(AnswerError):
    """403: the token is right and may not do this."""

    code = "forbidden"
    source = "contract 1.2, 1.7"


class InsufficientScope(Forbidden):
    """403: the access token lacks a scope; `scopes` names those that would do."""

    code = "insufficient-scope"
    source = "contract 6"
    scopes: str = ""


class NotFound(AnswerError):
    """404 of a kind that is not known more closely."""

    code = "not-found"


class GroupNotFound(NotFound):
    """There is no such group, or this token may not see it."""

    code = "group-not-found"
    source = "contract 1.2, 4 row 42"


class SamlNotConfigured(NotFound):
    """The group has no SAML provider, so it has no SCIM either."""

    code = "saml-not-configured"
    source = "contract 1.2, 4 row 42"


class ResourceNotFound(NotFound):
    """No such identity."""

    code = "resource-not-found"
    source = "contract 1.3, 1.7"


class Conflict(AnswerError):
    """409: another identity holds this value."""

    code = "conflict"
    source = "contract 4 row 7"


class PendingDeprovisioning(Conflict):
    """409: GitLab has not finished removing this person."""

    code = "pending-deprovisioning"
    source = "contract 2.3, 4 row 10"


class Rejected(AnswerError):
    """400, 412 or 422: GitLab understood the request and would not do it."""

    code = "rejected"
    source = "contract 4"


class MethodNotAllowed(AnswerError):
    """405: this address does not know the method."""

    code = "method-not-allowed"
    source = "contract 1.3"


class UnsupportedMediaType(AnswerError):
    """415: the content type is not the one GitLab takes."""

    code = "unsupported-media-type"
    source = "contract, page 0, 11"


class RateLimited(AnswerError):
    """429; `retry_after` is in seconds, None where GitLab did not say."""

    code = "rate-limited"
    source = "contract 6"
    retry_after: float | None = None


class ServerFailed(AnswerError):
    """5xx."""

    code = "server-failed"


class UnexpectedAnswer(AnswerError):
    """Not what this API answers; `reason`: html, redirect, empty, broken-json, too-large, wrong-shape."""

    code = "unexpected-answer"
    source = "contract 1.3"
    reason: str = "wrong-shape"


class OutcomeUnknown(GitLabError):
    """A write was sent, and whether GitLab did it is not known. It is never sent again by itself.

    Attributes:
        cause: what went wrong with the write, or with reading back what it did.
    """

    code = "outcome-unknown"

    @staticmethod
    def is_left_by(status: int | None) -> bool:
        """Whether an unusable answer of this status leaves it open if the write was done."""
        return status is None or status < 300 or status >= 500

    def __init__(self, cause: GitLabError, request: str) -> None:
        super().__init__(
            "whether GitLab did this is not known: " + cause.what,
            fix="read the person again before doing anything else",
            request=request,
            status=cause.status,
            words=cause.words,
        )
        self.cause = cause

    @property
    def said(self) -> str:
        """What the cause says."""
        return self.cause.said
