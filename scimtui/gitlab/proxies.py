"""Which proxy the environment names for an address: never one for this machine itself."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scimtui.gitlab.address import is_loopback
from scimtui.gitlab.errors import ProxyFailed


def proxy_for(url: str) -> str | None:
    """The proxy for `url` by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY (or the system's settings).

    It can hold a password, so it is not to be shown.
    """
    parts = urlsplit(url)
    if is_loopback(parts.hostname or "") or proxy_bypass(parts.netloc):
        return None
    known = getproxies()
    proxy = (known.get(parts.scheme) or known.get("all") or "").strip()
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def is_usable_proxy(proxy: str) -> bool:
    """Whether it is the address of an HTTP proxy and nothing else.

    A password with an unencoded `#`, `/` or `?` ends the host too early: the rest would be another host's.
    """
    try:
        parts = urlsplit(proxy)
        _ = parts.port
    except ValueError:
        return False
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain


def unusable_proxy() -> ProxyFailed:
    """What to raise for another one; it does not name it, because it can hold a password."""
    error = ProxyFailed(
        "the proxy that the environment names can't be used: only http:// and https:// proxies are",
        fix="set HTTPS_PROXY to the address of an HTTP proxy, with # / ? of a password written %23 %2F %3F, "
        "or NO_PROXY to GitLab's host",
    )
    error.never_connected = True
    return error
