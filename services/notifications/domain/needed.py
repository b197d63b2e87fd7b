"""What somebody told recruitment that they need, as far as letters and calls can do it: asked once, obeyed here too.

A contact follows what the needs say while it stands as they said before; something else that was chosen here stays.
"""

from dataclasses import replace

from schemas.recruitment import Needs
from services.notifications.domain.contact import Apart, Contact, Format, Relay

_FORMATS: dict[str, Format] = {"large_print": "large_print", "easy_read": "easy_read"}
"""Those in which letters are made."""
_APART: dict[str, Apart] = {"audio": "audio", "braille": "braille"}
"""Those in which we make none: staff see to each letter."""
_RELAYS: dict[str, Relay] = {"text_relay": "text_relay", "video_relay": "bsl_video"}


def follow(contact: Contact, now: Needs | None, before: Needs | None) -> Contact:
    """`before`: what the needs said when the contact followed them last. Of what is said no more nothing is kept."""
    if contact.format == _format(before):
        contact = replace(contact, format=_format(now))
    if contact.relay == _relay(before):
        contact = replace(contact, relay=_relay(now))
    return replace(contact, apart=_APART.get(now.format) if now else None)


def _format(needs: Needs | None) -> Format:
    return _FORMATS.get(needs.format, "standard") if needs else "standard"


def _relay(needs: Needs | None) -> Relay:
    ways = needs.ways_to_talk if needs else ()
    found: list[Relay] = [_RELAYS[way] for way in ways if way in _RELAYS]
    return found[0] if found else "none"
