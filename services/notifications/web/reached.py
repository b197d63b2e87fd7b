"""How somebody is reached, as the two forms that change it show it: their own, and that of whoever helps them."""

from typing import Any

from services.chassis.base.hands import Person
from services.chassis.base.wording import moment
from services.chassis.http.seen import Changes
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import contact as commands
from services.notifications.store import contact as store

_NOWHERE = {"channel": "", "email": "", "phone": "", "post": "", "meet": ""}
_FIELD = {"sms": "phone"}
"""The field in which a channel's address stands, where it is called otherwise."""


async def _as_it_is(tx: Transaction[Person]) -> dict[str, Any]:
    contact = await store.get(tx, tx.acting.person_id)
    if contact is None:
        return _NOWHERE | {"format": "", "relay": "", "ring_in": "", "round_up": "", "words_in_mail": ""}
    known = {"channel": contact.way, _FIELD.get(contact.channel, contact.channel): contact.address}
    if contact.channel == "phone" and contact.letters_to:
        known["post"] = contact.letters_to
    addresses = {name: known.get(name, nothing) for name, nothing in _NOWHERE.items()}
    details = {"format": contact.format, "relay": contact.relay, "ring_in": contact.ring_in}
    words = "yes" if contact.words_in_mail else "no"
    return addresses | details | {"round_up": contact.round_up, "words_in_mail": words}


async def _changed(tx: Transaction[Person]) -> str:
    contact = await store.get(tx, tx.acting.person_id)
    if contact is None:
        return ""
    by_helper = contact.entered_by not in (None, contact.person_id)
    return f"It was changed on {moment(contact.changed_at)}{', by whoever helped on the phone' if by_helper else ''}."


REACHES = Changes(now=_as_it_is, hold=commands.hold, said=_changed)
