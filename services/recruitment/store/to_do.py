"""What waits for the network and is no application: lists of people to release, who has no coordinator, and who waits
for a word from theirs for longer than was promised."""

from datetime import date, timedelta

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import RecruitmentToDo, RecruitmentToDoBegun, RecruitmentToDoEnded
from services.chassis.base.periods import start_of
from services.chassis.postgres.transaction import Row, Transaction
from services.chassis.work.to_do import MOST, Says, Wanted
from services.recruitment.domain.application import SCREENER
from services.recruitment.domain.coordinator import COORDINATES, NOBODY
from services.recruitment.domain.register.imports import WAITS
from services.recruitment.store import applications, policies

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
    quiet = await _quiet(tx, network.ods_code, today=today)

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

    return quiet + [
        Wanted(
            row["id"],
            tuple(waits(row, role) for role in ((SCREENER,) if row["is_list"] else COORDINATES)),
            not_for=(row["besides"],),
        )
        for row in rows
    ]


async def _quiet(tx: Transaction, ods_code: str, *, today: date) -> list[Wanted]:
    """Who waits for a word from whoever looks after them today: each for that one hand, on their own home."""
    days = (await policies.in_force(tx, on=today))["contact"].days or 0
    rows = await tx.fetch(
        "select person_id, quiet_since, coordinator_id, case when coalesce(cover_until, $1) >= $1 then cover_id end"
        " as cover_id from caseload where quiet_since < $2 and paused_at is null and coordinator_id <> $3"
        " order by quiet_since, person_id limit $4",
        *(today, today - timedelta(days=days), NOBODY, MOST),
    )
    people = f"{links.STAFF_MY_PEOPLE.format(ods=ods_code)}?show=quiet"
    return [
        Wanted(
            row["person_id"],
            (
                Waiting(
                    person_id=row["cover_id"] or row["coordinator_id"],
                    what="be_in_touch",
                    about=row["person_id"],
                    since=start_of(row["quiet_since"] + timedelta(days=days + 1)),
                    link=people + (f"&of={row['coordinator_id']}" if row["cover_id"] else ""),
                ),
            ),
            not_for=(row["person_id"],),
        )
        for row in rows
    ]
