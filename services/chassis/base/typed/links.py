"""A link to another site that somebody types or pastes: whether it is one that is safe to show and to follow."""

import re
from typing import Literal
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_ADDRESS = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*|localhost)")
"""What browsers read as an IP address, by its last part alone (URL standard, 3.5), and this machine itself."""


def wrong_with(link: str) -> Literal["", "no link", "password"]:
    """Empty of a web address that can be shown as a link: https, a host with a name, nobody's password."""
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "no link"
    if parts.scheme != "https" or not link.isascii() or re.search(r"[\s\\<>\"'`{}|^]", link):
        return "no link"
    if "@" in parts.netloc:
        return "password"
    return "" if _HOST.fullmatch(host) and not _ADDRESS.fullmatch(host) and port != 0 else "no link"
