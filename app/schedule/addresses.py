"""Which addresses a document of somebody else may send us to: http(s) and public, unless the user says otherwise."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
_LONGEST = 8192
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressError(ValueError):
    """An address that is not gone to; the text is the reason."""


def absolute(address: str, base: str) -> str:
    """An address in a document as a whole http(s) URL. ``base``: the document's own URL, "" for a file's."""
    if len(address) > _LONGEST:
        raise AddressError(f"longer than {_LONGEST} characters")
    try:
        whole = urljoin(base, address) if base else address
        parts = urlsplit(whole)
        known = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError as error:
        raise AddressError(f"no URL: {error}") from error
    if parts.username is not None or parts.password is not None:
        raise AddressError("a name or password in an address can be read by others")
    if not known:
        raise AddressError("no http or https address" + ("" if base else ", and a file has no address to begin from"))
    return whole


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an absolute URL."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS[parts.scheme]


def normalised(url: str) -> str:
    """The same for all spellings of one address, so that a loop is known."""
    scheme, host, port = origin(url)
    parts = urlsplit(url)
    return urlunsplit(SplitResult(scheme, f"{host}:{port}", parts.path or "/", parts.query, ""))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local, reserved or multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast
