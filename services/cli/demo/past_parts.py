"""The parts of a list that other rooms keep: staged and kept there, as its organisation's admin does on their pages."""

from collections.abc import Mapping
from typing import Any

from schemas.signed import REGISTER_CONTACTS, REGISTER_TRAINING
from services.chassis.http.signed_values import sign
from services.cli.demo.past import Past
from services.notifications.commands import register
from services.training import declaring

ADMIN = "admin"


async def take_parts(past: Past, by: str, contacts: Mapping[str, Any], training: Mapping[str, Any]) -> int:
    """Of one list, as recruitment gives them. Returns how many people have a way to be reached, or training."""
    site = past.rooms.apps["notifications"].site
    async with past.as_member("notifications", by, ADMIN) as tx:
        part = sign(site.form_secret, contacts, purpose=REGISTER_CONTACTS)
        texts = site.settings.sends_texts
        await register.apply(tx, await register.stage(tx, part, secret=site.form_secret, texts=texts))
    async with past.as_member("training", by, ADMIN) as tx:
        part = sign(site.form_secret, training, purpose=REGISTER_TRAINING)
        await declaring.apply(tx, await declaring.stage(tx, part, secret=site.form_secret))
    return len(contacts["rows"]) + len(training["rows"])
