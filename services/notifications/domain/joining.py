"""Where somebody's application to join stands, as their home page says it before they have joined. Pure."""

from dataclasses import dataclass
from datetime import datetime

from schemas.recruitment import Application
from services.chassis.base.periods import london_day

WAITS = ("asked", "sent", "talked")
SHOWN = (*WAITS, "declined")
"""Of one that was taken back, or is forgotten, there is nothing to wait for."""


@dataclass(frozen=True)
class Joining:
    """`stage`: asked, sent, talk (a time is agreed), talked (it was), more (they were asked something), times (to
    choose a time), again (somebody else looks at it) or declined. `holder`: who has it, "" where nobody does yet.

    `days`: for how many it has waited since they asked; `by`: when they are answered.
    """

    stage: str
    reference: str
    holder: str
    network: str
    days: int
    talk_at: datetime | None
    by: datetime | None

    @property
    def waits(self) -> bool:
        return self.stage != "declined"


def of(application: Application, *, holder: str, network: str, now: datetime) -> Joining | None:
    """None where there is nothing to say of it any more, or not yet: an organisation listed them."""
    if application.stage not in SHOWN:
        return None
    return Joining(
        stage=_stage(application, now),
        reference=application.reference,
        holder=holder,
        network=network,
        days=(london_day(now) - london_day(application.sent_at)).days,
        talk_at=application.talk_at if application.stage == "talked" else None,
        by=application.answer_by if application.stage in WAITS else None,
    )


def _stage(application: Application, now: datetime) -> str:
    if application.stage in WAITS and application.more_asked_at:
        return "times" if application.offers_times else "more"
    if application.stage == "talked":
        return "talked" if application.talk_at is None or application.talk_at <= now else "talk"
    return "again" if application.again_at and application.stage in WAITS else application.stage
