"""Reminds people of a role's next session at any hour: by the code of notifications, with its clock set to that day."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from services import load
from services.chassis.app import connect
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.cli.base.apart import apart
from services.cli.demo.role import Ring
from services.notifications.commands import reminding
from services.notifications.domain.sessions import next_reminder_at
from services.notifications.store import neighbours


def ringing(network: Mapping[str, str]) -> Ring | None:
    """None where the databases cannot be reached from here."""
    if not network.get("PLN_DATABASE_URL"):
        return None
    settings = Settings.from_environment(network)
    return lambda opportunity_id: apart(lambda: _remind(settings, UUID(opportunity_id)))


async def _remind(settings: Settings, opportunity_id: UUID) -> None:
    """Of this role and of nothing else, as when its timer rings. E-mails of it go on that day."""
    shown = datetime.now(UTC)
    app = await connect(load(["notifications"])[0], settings, clock=lambda: shown)
    try:
        async with app.database.transaction(SYSTEM) as tx:
            due = next_reminder_at(await neighbours.opportunity(tx, opportunity_id), tx.now)
        if due is None:
            raise AssertionError("no reminder is to come")
        shown = due
        async with app.database.transaction(SYSTEM) as tx:
            await reminding.remind_of_sessions(tx, opportunity_id, None)
    finally:
        await app.database.pool.close()
