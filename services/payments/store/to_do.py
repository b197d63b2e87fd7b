"""What waits for staff and is no claim of theirs: whom to ring back about bank details that a helper entered, for the
helpers of that organisation; and for the network's finance, claims about which nobody else may decide."""

from schemas import links
from schemas.event import Waiting
from schemas.payments import PaymentsToDo, PaymentsToDoBegun, PaymentsToDoEnded
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.to_do import MOST, Says, Wanted
from services.payments.store import for_others

TO_DO = Says(PaymentsToDo, PaymentsToDoBegun, PaymentsToDoEnded)


async def wanted(tx: Transaction) -> list[Wanted]:
    """All that waits, each kind the longest first."""
    return [*await _to_ring_back(tx), *await for_others.wanted(tx)]


async def _to_ring_back(tx: Transaction) -> list[Wanted]:
    """Not for whoever entered them, nor for the person."""
    rows = await tx.fetch(
        "select w.person_id, w.organisation_id, w.entered_by, w.entered_at, o.state ->> 'ods_code' as ods_code"
        " from payee_to_confirm w join mirror_organisation o on o.id = w.organisation_id"
        " order by w.entered_at, w.person_id limit $1",
        MOST,
    )
    return [
        Wanted(
            row["person_id"],
            (
                Waiting(
                    organisation_id=row["organisation_id"],
                    role="helper",
                    what="ring_back_details",
                    about=row["person_id"],
                    since=row["entered_at"],
                    link=links.STAFF_RING_BACK.format(ods=row["ods_code"]),
                ),
            ),
            not_for=(row["entered_by"], row["person_id"]),
        )
        for row in rows
    ]
