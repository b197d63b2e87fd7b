"""What waits for the network and is no application: lists of people to release, and who has no coordinator."""

from datetime import date

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import RecruitmentToDo, RecruitmentToDoBegun, RecruitmentToDoEnded
from services.chassis.postgres.transaction import Row, Transaction
from services.chassis.work.to_do import MOST, Says, Wanted
from services.recruitment.domain.application import SCREENER
from services.recruitment.domain.coordinator import COORDINATES, NOBODY
from services.recruitment.domain.register.imports import WAITS
from services.recruitment.store import applications

TO_DO = Says(RecruitmentToDo, RecruitmentToDoBegun, RecruitmentToDoEnded)


async def wanted(tx: Transaction, *, today: date) -> list[Wanted]:
    """All that waits, the longest first. No list is for whoever sent it, and nobody is their own coordinator."""
    network = await applications.network(tx, on=today)
    if network is None:
        return []
    rows = await tx.fetch(
        "select x.id, x.besides, x.since, x.is_list from (select i.id, i.uploaded_by as besides, i.moved_at as since,"
        " true as is_list"
        " from register_import i where i.stage = $1 union all"
        " select c.person_id, c.person_id, c.since, false from caseload c where c.coordinator_id = $2) x"
        " order by x.since, x.id limit $3",
        *(WAITS, NOBODY, MOST),
    )

    def waits(row: Row, role: str) -> Waiting:
        lists, people = links.STAFF_LISTS_TO_RELEASE, f"{links.STAFF_MY_PEOPLE}?of={NOBODY}"
        return Waiting(
            organisation_id=network.id,
            role=role,
            what="release_list" if row["is_list"] else "give_coordinator",
            about=row["id"],
            since=row["since"],
            link=(lists if row["is_list"] else people).format(ods=network.ods_code),
        )

    return [
        Wanted(
            row["id"],
            tuple(waits(row, role) for role in ((SCREENER,) if row["is_list"] else COORDINATES)),
            not_for=(row["besides"],),
        )
        for row in rows
    ]
