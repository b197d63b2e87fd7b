"""From which network address a request comes, as far as that can be known.

It is the socket's, or, where a proxy stands in front, what that proxy says in the header that the setting
PLN_CLIENT_ADDRESS_HEADER names. No other header is believed: whoever sends the request writes it.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from fastapi import Request

from services.chassis.http.request import site_of

_WITH_PORT = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?")
_SUBNET_OF_ONE = 64
"""Whoever has one address of IPv6 has a network of so many bits, and 2^64 addresses to ask from."""


def network_of(request: Request) -> str:
    """The address, of IPv6 the /64 network that it is in; "" where a socket has none."""
    name = site_of(request).settings.client_address_header
    said = request.headers.getlist(name)[-1].rpartition(",")[2] if name and name in request.headers else ""
    found = _read(said) or _read(request.client.host if request.client else "")
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _SUBNET_OF_ONE), strict=False))
    return str(found or "")


def _read(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip()
    if port := _WITH_PORT.fullmatch(text):
        text = port[1] or port[2]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
