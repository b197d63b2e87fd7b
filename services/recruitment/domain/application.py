"""What an application to join the pool is, from the day on which somebody asks until it is answered."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import Application as PublicApplication
from schemas.recruitment import Leader
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import WHOLE
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Lines, Name, Plain
from services.chassis.base.working_days import end_of_working_day
from services.recruitment.domain.names import check_birth_year

SCREENER = "screener"
"""The role of the network's welcome team; on pages it is called so."""
ASKED, SENT, TALKED = "asked", "sent", "talked"
APPROVED, DECLINED, WITHDRAWN = "approved", "declined", "withdrawn"
LISTED, FORGOTTEN = "listed", "forgotten"
"""An organisation brought the person in with its own list; and they said no, or nothing, or the list was taken back."""
SIGNED_FORM = "signed_form"
"""The kind of file that a photo or scan of the form on paper is."""
_TO_DO = {ASKED: "get_in_touch", SENT: "screen_application", TALKED: "decide_application"}
"""What the welcome team has to do next, at each stage that waits."""


class AlreadyInPool(Refused, slug="already-in-pool", title="You are in the pool already", status=409):
    """You are in the pool already. There is nothing more to send."""


BirthYear = Annotated[
    int | None,
    WHOLE,
    AfterValidator(lambda year: judged(year, lambda given, clock: check_birth_year(given, today=clock.today))),
]


class Draft(BaseModel):
    """What a person fills in to join. Which edition of each policy they agreed to is part of it."""

    model_config = ConfigDict(extra="forbid")

    full_name: Name = Field(title="your full name", max_length=120)
    year_of_birth: BirthYear = Field(default=None, title="the year in which you were born", ge=0, le=9999)
    why: Lines = Field(title="what brings you", min_length=1, max_length=2000)
    code_of_conduct: Plain = Field(default="", title="whether you agree to the code of conduct", max_length=20)
    data_notice: Plain = Field(default="", title="whether we may keep your answers", max_length=20)


@dataclass(frozen=True)
class Screening:
    """Who answers: the network's organisation."""

    organisation_id: UUID
    ods_code: str


@dataclass(frozen=True)
class Promised:
    """What the network promises today: an answer within so long, and each stage in so many working days."""

    answer_within: timedelta | None = None
    working_days: dict[str, int] = field(default_factory=dict[str, int])

    def due(self, stage: str, now: datetime) -> datetime | None:
        """Until when the welcome team has done its part of a stage that begins now."""
        return end_of_working_day(now, self.working_days[stage]) if stage in self.working_days else None


NOTHING_PROMISED = Promised()


@dataclass(frozen=True)
class Answer:
    """A yes, or "not now" with what its person reads: why, and what would help. `stage`: approved or declined."""

    stage: str
    by: UUID
    at: datetime
    reason: str | None = None
    would_help: str | None = None


@dataclass(frozen=True)
class Application:
    """The full name and the words are private to recruitment; so is the answer, until its hour is over."""

    id: UUID
    version: int
    person_id: UUID
    screened_by: Screening
    called: str
    full_name: str | None
    """None until they send the form or a list names them, and of somebody who joins without: pay asks for it."""
    why: str | None
    sent_at: datetime
    """When they asked."""
    birth_year: int | None = None
    """If they said it: a name alone is many people's."""
    stage: str = SENT
    moved_at: datetime | None = None
    """Since when it stands as it does: at its stage, or with what the person said last."""
    due_by: datetime | None = None
    """Until when the welcome team has done what comes next; pinned when that began."""
    entered_by: UUID | None = None
    held_by: UUID | None = None
    talk_at: datetime | None = None
    talk_how: str | None = None
    more_asked_at: datetime | None = None
    offers_times: bool = False
    answer: Answer | None = None
    """Given, and until `undo_until` told to nobody; while it `waits` it can be taken back."""
    undo_until: datetime | None = None
    ended_at: datetime | None = None
    """When it was answered for its person to read, or taken back."""
    answer_by: datetime | None = None
    """When an answer was promised by, on the day on which they asked. Of who was listed: until when theirs is awaited,
    as they are told."""
    again_at: datetime | None = None
    earlier: Answer | None = None
    """The answer of "not now" that somebody else is to look at again."""
    listed_by: UUID | None = None
    """The organisation whose list they were on."""
    close_to: frozenset[UUID] = frozenset()
    """Who of the welcome team said that they live with the person, or are close to them."""

    @property
    def reference(self) -> str:
        """What a person can say on the phone. The last part of an id is random, so it tells applications apart."""
        return f"AP-{self.id.hex[-6:].upper()}"

    @property
    def waits(self) -> bool:
        """Whether its person waits for an answer. In the hour in which one can be undone they still do."""
        return self.stage in _TO_DO

    @property
    def has_ended(self) -> bool:
        """Whether it was answered or taken back; somebody who was listed and has not answered has none that ended."""
        return self.ended_at is not None

    @property
    def is_listed(self) -> bool:
        """Whether its person was on a list and has not said yes or no."""
        return self.stage == LISTED

    @property
    def is_forgotten(self) -> bool:
        """Whether its person said no to a list, or nothing in time: everything of them goes."""
        return self.stage == FORGOTTEN

    @property
    def told(self) -> Answer | None:
        """The answer that its person knows."""
        return None if self.waits else self.answer

    @property
    def decided_at(self) -> datetime | None:
        """When it was answered; None of one that waits or was taken back."""
        return self.ended_at if self.stage in (APPROVED, DECLINED) else None

    @property
    def since(self) -> datetime:
        return self.moved_at or self.sent_at

    def public(self) -> PublicApplication:
        return PublicApplication(
            id=self.id,
            version=self.version,
            person_id=self.person_id,
            stage=self.stage,
            sent_at=self.sent_at,
            decided_at=self.decided_at,
            answer_by=self.answer_by,
            moved_at=self.moved_at,
            held_by=self.held_by,
            talk_at=self.talk_at,
            talk_how=self.talk_how,
            more_asked_at=self.more_asked_at,
            offers_times=self.offers_times,
            again_at=self.again_at,
            called=self.called if self.stage == LISTED else None,
            listed_by=self.listed_by if self.stage == LISTED else None,
            waiting=(self._waiting(),) if self.waits and self.answer is None else (),
        )

    def _waiting(self) -> Waiting:
        """Who has to act: the person who was asked for more, else the welcome team."""
        if self.more_asked_at:
            return Waiting(
                person_id=self.person_id,
                what="choose_talk" if self.offers_times else "say_more",
                about=self.id,
                since=self.more_asked_at,
                link=links.MY_APPLICATION,
            )
        return Waiting(
            organisation_id=self.screened_by.organisation_id,
            role=SCREENER,
            what="look_again" if self.again_at else _TO_DO[self.stage],
            about=self.id,
            since=self.since,
            until=self.due_by or self.answer_by,
            link=links.STAFF_APPLICATION.format(ods=self.screened_by.ods_code, id=self.id),
        )

    @property
    def next_is_answer(self) -> bool:
        """Whether a talk is agreed, or was held: then what is due next is the answer."""
        return self.stage == TALKED

    def has_talked_by(self, now: datetime) -> bool:
        """Whether the time of the talk has come, and what comes next is the answer."""
        return self.next_is_answer and self.talk_at is not None and self.talk_at <= now

    def moved(self, stage: str, *, now: datetime, promised: Promised) -> "Application":
        """At a stage from now on, with its target. An answer that was told to nobody had not seen this, and is gone."""
        return replace(
            self,
            stage=stage,
            moved_at=now,
            due_by=promised.due(stage, max(now, self.talk_at) if stage == TALKED and self.talk_at else now),
            answer=None,
            undo_until=None,
            version=self.version + 1,
        )


@dataclass(frozen=True)
class Applicant:
    """Whose application it is, and the member of staff who typed it when they were on the phone.

    `newest`: the application that they sent last; `leader`: their place in the pool.
    """

    person_id: UUID
    called: str
    kind: str = "person"
    entered_by: UUID | None = None
    newest: Application | None = None
    leader: Leader | None = None
    closed: bool = False
    """Their record was closed in favour of another, and that can still be undone."""
