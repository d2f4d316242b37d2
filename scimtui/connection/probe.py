"""What one check has in its hands: the candidate, what is known so far, and a way to ask."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from scimtui.connection.model import Candidate, Exchanged, Outcome
from scimtui.findings import FindingTexts
from scimtui.gitlab import Access, GitLab, Limits
from scimtui.gitlab.address import Address
from scimtui.gitlab.blotting import Blots
from scimtui.gitlab.errors import AnswerError, GitLabError, RateLimited
from scimtui.gitlab.outgoing import shown_headers
from scimtui.gitlab.probing import Route
from scimtui.gitlab.proxies import proxy_for
from scimtui.gitlab.requestlog import RequestLog
from scimtui.gitlab.requests import Answer, Request
from scimtui.gitlab.rest_requests import RestRequests
from scimtui.gitlab.server_words import json_of_refusal, server_words
from scimtui.gitlab.transport import Transport
from scimtui.gitlab.waiting import Backoff, Pacer
from scimtui.gitlab.wire import Group, SamlIdentity, ScimIdentity, ScimPage, TokenInfo

TEXTS = FindingTexts(Path(__file__).with_name("checks.toml"))
ONE_TRY = Backoff(tries=1)
LIMITS = Limits(connect=10.0, read=20.0, write=10.0, whole=40.0)
_KEYS = (
    "totalResults",
    "itemsPerPage",
    "startIndex",
    "status",
    "message",
    "error",
    "error_description",
    "scope",
    "scopes",
    "expires_at",
    "full_path",
    "parent_id",
    "access_level",
    "version",
    "enterprise",
)
_SHOWN = 160
_COUNTED = re.compile(r"[0-9]{1,12}")
_LARGE = 256 * 1024
_ANY_OTHER = ("-no-answer", "-forbidden")


@dataclass(slots=True)
class Known:
    """What the checks have found out for each other.

    Attributes:
        anonymous: the answer to a SCIM list asked for without a token.
        first: the answer to the same with the token.
        limits: the newest RateLimit headers of each kind of token, as (left, allowed).
    """

    address: Address | None = None
    gitlab: GitLab | None = None
    route: Route | None = None
    addresses: tuple[str, ...] = ()
    anonymous: Answer | None = None
    first: Answer | None = None
    page: ScimPage | None = None
    token: TokenInfo | None = None
    user_id: int | None = None
    group: Group | None = None
    scim_identities: tuple[ScimIdentity, ...] = ()
    saml_identities: tuple[SamlIdentity, ...] = ()
    version: str = ""
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    slowed: bool = False

    @property
    def rest_is_elsewhere(self) -> bool:
        """Whether the REST API has another host than the SCIM API."""
        address = self.address
        return address is not None and urlsplit(address.rest_url).netloc != urlsplit(address.scim_url).netloc


@dataclass(slots=True)
class Probe:
    """Handed to one check.

    Attributes:
        now: UTC.
        rng: draws the names that nobody has.
        seconds: a clock that only goes forward.
        personal: values of people that this check has met, whatever becomes of it.
    """

    candidate: Candidate
    known: Known
    now: datetime
    rng: random.Random
    log: RequestLog
    seconds: Callable[[], float]
    timeouts: Limits
    exchanges: list[Exchanged] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)

    @property
    def address(self) -> Address:
        """The judged address; a check that needs it comes after the one that judges."""
        assert self.known.address is not None
        return self.known.address

    @property
    def route(self) -> Route:
        """The way there, likewise."""
        assert self.known.route is not None
        return self.known.route

    @property
    def users_url(self) -> str:
        """Where SCIM users are listed."""
        return f"{self.address.scim_url}/Users"

    @property
    def transport(self) -> Transport:
        """Sends once, and writes nothing whatever it is asked."""
        known = self.known
        if known.gitlab is None:
            access = Access(
                self.address,
                scim_token=self.candidate.scim_token,
                access_token=self.candidate.access_token,
                ca_file=self.candidate.ca_file,
                allow_http=self.candidate.allow_http,
                read_only=True,
                limits=self.timeouts,
            )
            known.gitlab = GitLab(access, log=self.log, backoff=ONE_TRY, pacer=Pacer(0))
        return known.gitlab.transport

    @property
    def rest(self) -> RestRequests:
        """What can be asked over REST."""
        return RestRequests.of(self.address)

    async def ask(self, request: Request) -> Answer:
        """Send, and note what was asked and what came back.

        Raises:
            GitLabError: no answer came, or it can't be read; statuses are not judged.
        """
        try:
            answer = await self.transport.send(request)
        except GitLabError as error:
            status = error.status if isinstance(error, AnswerError) else None
            self._note(request, status, "", (error.what,))
            raise
        self._note(request, answer.status, answer.content_type, key_lines(answer))
        self._note_limits(answer)
        return answer

    def about(self, *values: str | None) -> None:
        """Note values of people, before they are asked with: no report shows them."""
        self.personal += [value for value in values if value]

    def clean(self, text: str) -> str:
        """The text without either token or a proxy's password: some servers echo them."""
        bases = (self.known.address.scim_url, self.known.address.rest_url) if self.known.address else ()
        proxies = [proxy for base in bases if (proxy := proxy_for(base)) is not None]
        return Blots((self.candidate.scim_token, self.candidate.access_token), proxies).text(text)

    def say(self, code: str, seen: str = "", *, copied: str = "") -> Outcome:
        """An outcome with the texts of this code."""
        return Outcome(TEXTS.finding(code, self.clean(seen)), copied, tuple(self.personal))

    def of_error(self, code: str, error: GitLabError) -> Outcome:
        """An outcome with the texts of this code, and what the client makes of the failure."""
        finding = TEXTS.finding(code)
        what = error.what if error.what != finding.title else ""
        seen = " · ".join(part for part in (what, error.said) if part)
        fixes: tuple[str, ...] = (finding.fix, error.fix)
        if isinstance(error, RateLimited):
            fixes = ("wait a minute, then run the test again",)
        elif code.endswith(_ANY_OTHER):
            fixes = fixes[::-1]  # the client knows which failure it was
        fix = next((fix for fix in fixes if fix), "")
        return Outcome(finding._replace(seen=self.clean(seen), fix=fix), personal=tuple(self.personal))

    def _note(self, request: Request, status: int | None, content_type: str, lines: tuple[str, ...]) -> None:
        self.exchanges.append(
            Exchanged(
                request.method,
                request.url,
                shown_headers(request),
                status,
                self.clean(content_type),
                tuple(map(self.clean, lines)),
            )
        )

    def _note_limits(self, answer: Answer) -> None:
        self.known.slowed |= answer.status == 429
        left = answer.headers.get("ratelimit-remaining", "")
        allowed = answer.headers.get("ratelimit-limit", "")
        if _COUNTED.fullmatch(left) and _COUNTED.fullmatch(allowed):
            kind = "access" if answer.request.credential == "access" else "scim"
            self.known.limits[kind] = (int(left), int(allowed))


def key_lines(answer: Answer) -> tuple[str, ...]:
    """What of a body tells something about the connection, and nothing about a person."""
    body = answer.body.lstrip()
    if "html" in answer.content_type or body[:1] == b"<":
        return (_title_of(answer),)
    if body[:1] not in (b"{", b"["):
        words = server_words(answer)
        return (_short(words),) if words else ()
    if len(body) > _LARGE:
        return (f"{len(body)} bytes",)
    try:
        value = json_of_refusal(answer)
    except ValueError:
        return ("no JSON",)
    if isinstance(value, list):
        return (f"a list of {len(value)}",)
    lines = [f"{key}: {_short(value[key])}" for key in _KEYS if key in value]
    if "detail" in value:
        lines.insert(0, f"detail: {_short(value['detail'])}")
    if isinstance(value.get("Resources"), list):
        lines.append(f"Resources: {len(value['Resources'])}")
    return tuple(lines)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) <= _SHOWN:
        return text
    # A word that is cut would not be known for somebody's value any more.
    return f"{text[:_SHOWN].rpartition(' ')[0]} …"


def _title_of(answer: Answer) -> str:
    text = answer.body[:20_000].decode("utf-8", "replace")
    _, _, after = text.partition("<title>")
    title = " ".join(after.partition("</title>")[0].split())
    return f"a web page: {title[:_SHOWN]}" if title else "a web page"
