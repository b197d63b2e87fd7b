"""An organisation's register as recruitment hands it on, for tests that walk through every room."""

from typing import Any
from uuid import UUID

from schemas.signed import REGISTER_CONTACTS, REGISTER_TRAINING
from services.chassis.base.hands import SYSTEM, Member
from services.chassis.base.keys import KeyRing
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import register
from services.training import declaring
from tests.town import Somebody, Town


async def bring_in(network: Town, admin: Somebody, person: Somebody) -> list[str]:
    """Of each room's part one line that has something wrong, and training of the person that is kept. Returns the
    pages of the rooms that show them to the admin of RX2."""
    app = network.rooms.apps["notifications"]
    async with app.database.transaction(SYSTEM) as tx:
        trust = await tx.fetchval("select id from mirror_organisation where state ->> 'ods_code' = 'RX2'")
    acting = Member(organisation_id=trust, ods_code="RX2", by=admin.id)
    ring = KeyRing(app.settings).forms

    def part(purpose: str, *rows: dict[str, Any]) -> str:
        said = {"import_id": str(new_id()), "organisation_id": str(trust), "rows": rows}
        return sign(ring, said, purpose=purpose)

    async with network.rooms.transaction("notifications", acting) as tx:
        contacts = part(REGISTER_CONTACTS, {"line": 2, "person_id": str(new_id()), "phone": "none"})
        contact_id = await register.stage(tx, contacts, secret=ring, texts=False)
    rows: list[dict[str, Any]] = [
        {"line": 2, "person_id": str(person.id), "title": "Chairing", "on": "2024"},
        {"line": 3, "person_id": str(new_id()), "title": "Research", "on": "31 2 2024"},
    ]
    async with network.rooms.transaction("training", acting) as tx:
        training_id: UUID = await declaring.stage(tx, part(REGISTER_TRAINING, *rows), secret=ring)
        await declaring.apply(tx, training_id)
        training_id = await declaring.stage(tx, part(REGISTER_TRAINING, *rows), secret=ring)
    return [f"/messages/for/RX2/register/{contact_id}", f"/training/for/RX2/register/{training_id}"]
