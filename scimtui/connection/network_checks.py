"""The way to GitLab: proxy, name, socket, encryption."""

from __future__ import annotations

import asyncio

from scimtui.connection.check import Check
from scimtui.connection.model import Outcome
from scimtui.connection.probe import Probe
from scimtui.gitlab.address import is_loopback
from scimtui.gitlab.errors import NoRoute, ProxyFailed, TlsFailed, Unreachable
from scimtui.gitlab.probing import addresses_of, answers_at, certificate_of, route_to

SLOW_SECONDS = 5.0
_SOON_DAYS = 21


async def _proxy(probe: Probe) -> Outcome:
    try:
        route = await asyncio.to_thread(route_to, probe.address.scim_url)
        other = await asyncio.to_thread(route_to, probe.address.rest_url)
    except ProxyFailed as error:
        return probe.of_error("proxy-unusable", error)
    probe.known.route = route
    if route.proxy != other.proxy:
        return probe.say(
            "proxy-for-one-only",
            f"SCIM: {route.shown_proxy or 'direct'}, REST: {other.shown_proxy or 'direct'}",
        )
    return probe.say("proxy-used" if route.proxy else "proxy-none", route.shown_proxy)


async def _name(probe: Probe) -> Outcome:
    host, _ = probe.route.first_stop
    begun = probe.seconds()
    try:
        found = await addresses_of(probe.route)
    except Unreachable as error:
        return probe.of_error("name-unknown", error)
    probe.known.addresses = found
    shown = ", ".join(found)
    slow = probe.seconds() - begun >= SLOW_SECONDS
    return probe.say("name-slow" if slow else "name-resolves", f"{host} → {shown}")


async def _socket(probe: Probe) -> Outcome:
    known = probe.known
    _, port = probe.route.first_stop
    failed = await asyncio.gather(*(answers_at(probe.route, address) for address in known.addresses))
    told = list(zip(known.addresses, failed, strict=True))
    dead = [address for address, error in told if error is not None and not isinstance(error, NoRoute)]
    unrouted = [address for address, error in told if isinstance(error, NoRoute)]
    errors = [error for error in failed if error is not None]
    first = min(errors, key=lambda error: isinstance(error, NoRoute), default=None)
    if first is not None and len(dead) + len(unrouted) == len(known.addresses):
        return probe.of_error("tcp-closed", first)
    if dead:
        return probe.say("tcp-some-closed", f"no answer from {', '.join(dead)}, port {port}")
    way = f"; this machine has no way to {', '.join(unrouted)}" if unrouted else ""
    return probe.say("tcp-open", f"port {port} answers{way}")


async def _encryption(probe: Probe) -> Outcome:
    route = probe.route
    if not route.tls:
        code = "tls-not-needed" if is_loopback(route.host) else "tls-not-used"
        return probe.say(code, "plain http")
    try:
        certificate = await certificate_of(route, probe.candidate.ca_file)
    except TlsFailed as error:
        return probe.of_error(f"tls-{error.reason}", error)
    except ProxyFailed as error:
        return probe.of_error("tls-proxy", error)
    except Unreachable as error:
        return probe.of_error("tls-broken", error)
    by = f", by {certificate.issuer}" if certificate.issuer else ""
    if certificate.ends is None:
        return probe.say("tls-trusted", f"{route.host}; its end is not told on this system")
    days = (certificate.ends - probe.now).days
    left = f"{route.host}, {days} {'day' if days == 1 else 'days'} left{by}"
    return probe.say("tls-ends-soon" if days < _SOON_DAYS else "tls-trusted", left)


NETWORK_CHECKS = (
    Check("proxy", "Proxy", _proxy, needs=("address",)),
    Check("name", "Name", _name, needs=("proxy",)),
    Check("tcp", "TCP", _socket, needs=("name",)),
    Check("tls", "TLS", _encryption, needs=("tcp",)),
)
