"""Which proxy the environment names for an address: never one for this machine itself."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scimtui.gitlab.address import is_loopback


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
