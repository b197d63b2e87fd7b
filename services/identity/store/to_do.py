"""Roles that were given back and forth, as they wait for the network's finance."""

from schemas import links
from schemas.event import Waiting
from schemas.identity import IdentityToDo, IdentityToDoBegun, IdentityToDoEnded
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.to_do import MOST, Says, Wanted

TO_DO = Says(IdentityToDo, IdentityToDoBegun, IdentityToDoEnded)


async def wanted(tx: Transaction) -> list[Wanted]:
    """All that waits, the longest first. Not for whoever asked, nor for whoever would get them."""
    rows = await tx.fetch(
        "select w.id, w.account_id, w.asked_by, w.asked_at, n.id as network_id, n.ods_code from role_waiting w"
        " join organisation n on n.kind = 'network' where w.decided_at is null order by w.asked_at, w.id limit $1",
        MOST,
    )
    return [
        Wanted(
            row["id"],
            (
                Waiting(
                    organisation_id=row["network_id"],
                    role="finance",
                    what="decide_roles",
                    about=row["id"],
                    since=row["asked_at"],
                    link=links.STAFF_GRANTS.format(ods=row["ods_code"]),
                ),
            ),
            not_for=(row["asked_by"], row["account_id"]),
        )
        for row in rows
    ]
