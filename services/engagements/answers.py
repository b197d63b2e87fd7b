"""What the JSON API of engagements answers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.engagements import Attendance, Chat, Engagement
from schemas.matching import Session
from services.chassis.http.lists import OnePage
from services.engagements import queries
from services.engagements.domain.asking import Question as Asked
from services.engagements.domain.choosing import StaffChoices
from services.engagements.domain.naming import without_name
from services.engagements.domain.saying import SessionChoices
from services.engagements.queries_comparing import Against, SideBySide
from services.engagements.queries_sessions import MyPage, ShownPage
from services.engagements.store.clashes import Clash


class Status(BaseModel):
    """Where an engagement stands now."""

    id: UUID
    status: str


class SaidNo(BaseModel):
    """A person's no to an offer, which nobody else knows of yet."""

    undo_until: datetime | None


class Untold(BaseModel):
    """Why others were chosen, which the person does not know yet."""

    why: str
    words: str
    undo_until: datetime | None


class Waits(Engagement):
    """Somebody who waits for an answer to their interest."""

    called: str
    reference: str
    title: str
    is_late: bool


class Unanswered(OnePage):
    """One page of those who wait, late ones first, and how many are late in all."""

    late: int
    engagements: list[Waits]


class AskedQuestion(BaseModel):
    """What somebody asked. Until it is answered, `answer` is empty."""

    id: UUID
    asked: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


class Questions(BaseModel):
    questions: list[AskedQuestion]


class Applicant(Engagement):
    """Somebody who showed interest, as coordinators see them. From `needs` on all is given once they have a place.

    Where names are hidden: a number instead of the called name, and no person id, until a name is needed.
    """

    called: str
    reference: str
    why: str
    conflict: str
    meets: tuple[str, ...]
    trained_in: tuple[str, ...]
    training: tuple[queries.NeededTraining, ...]
    needs: str
    access: tuple[str, ...]
    format: str
    ways_to_talk: tuple[str, ...]
    times: tuple[str, ...]
    languages: tuple[str, ...]
    agreed_to_code: bool
    """Whether they have agreed to the code of conduct. Whoever has not is asked before they take a place."""
    answer: Untold | None
    """Not chosen, which can still be undone; the person does not know of it."""
    choices: StaffChoices
    busy_at: tuple[UUID, ...]
    """The sessions to come at which they have something else."""


class MarkOf(BaseModel):
    """Something that the organisation chooses by, what the person wrote of it, and how they are marked, if they are."""

    criterion: str
    answer: str
    mark: str | None
    marked_by: UUID | None
    marked_at: datetime | None


class Compared(Engagement):
    """Somebody who may be chosen. Where names are hidden: by a number, without a person id, until a name is needed."""

    called: str
    reference: str
    why: str
    conflict: str
    training: tuple[queries.NeededTraining, ...]
    against: list[MarkOf]
    choices: StaffChoices


class SideBySidePage(OnePage):
    criteria: tuple[str, ...]
    names_hidden: bool
    engagements: list[Compared]


class Talk(BaseModel):
    """A talk as it stands, and the number, the link or the place, which its person alone reads beside the staff."""

    chat: Chat
    words: str


class MyTalk(Talk):
    """The same for its person."""

    clashes: dict[datetime, str]
    """What they have at the times from which they can choose, by its title. They can choose them all the same."""


class MySession(BaseModel):
    """A session of a role, and what is recorded of the person who asks."""

    session: Session
    came: Attendance | None


class MySessions(BaseModel):
    sessions: list[MySession]


class Paper(BaseModel):
    """A paper of a session, without its bytes."""

    id: UUID
    name: str
    media_type: str
    size: int


class SessionPage(BaseModel):
    """A session, and what whoever has a place there reads of it."""

    session: Session
    joining_link: str
    arrival: str
    changed_at: datetime | None
    papers: list[Paper]


class MySessionPage(SessionPage):
    """The same for somebody who has a place. The joining link is given until the session is over."""

    came: Attendance | None
    choices: SessionChoices


class ExpectedThere(BaseModel):
    """Somebody with a place. `said`: they said what they need, and let the organisation see it; `needs`: in words."""

    called: str
    reference: str
    said: bool
    needs: list[str]


class AttendeeSheet(BaseModel):
    """Who comes to a session, by name, and how people arrive. `more`: not all are given."""

    arrival: str
    people: list[ExpectedThere]
    more: bool


def questions(asked: Sequence[Asked]) -> Questions:
    return Questions(
        questions=[
            AskedQuestion(id=q.id, asked=q.asked, asked_at=q.asked_at, answer=q.answer, answered_at=q.answered_at)
            for q in asked
        ]
    )


def page(of: ShownPage) -> SessionPage:
    return SessionPage(
        session=of.session,
        joining_link=of.page.joining_link,
        arrival=of.page.arrival,
        changed_at=of.page.changed_at,
        papers=[Paper(id=one.id, name=one.name, media_type=one.media_type, size=one.size) for one in of.papers],
    )


def my_page(of: MyPage) -> MySessionPage:
    shown = page(of)
    return MySessionPage(
        session=shown.session,
        joining_link=shown.joining_link if of.joins else "",
        arrival=shown.arrival,
        changed_at=shown.changed_at,
        papers=shown.papers,
        came=of.came,
        choices=of.choices,
    )


def short(of: Engagement) -> dict[str, str]:
    return {"id": str(of.id), "status": of.status}


class MyClaim(BaseModel):
    """A claim for one session, in short."""

    id: UUID
    session_id: UUID
    status: str


class Clashes(BaseModel):
    """What somebody has at the time of a role's sessions to come. `more`: there is more than is named here."""

    clashes: list[Clash]
    more: bool


def applicant(of: queries.OwnApplicant) -> Applicant:
    return Applicant.build(
        **dict(of.engagement if of.is_named else without_name(of.engagement)),
        called=of.called,
        reference=of.reference,
        why=of.why,
        conflict=of.conflict,
        meets=of.meets,
        trained_in=of.trained_in,
        training=of.training,
        needs=of.needs,
        access=of.access,
        format=of.format,
        ways_to_talk=of.ways_to_talk,
        times=of.times,
        languages=of.languages,
        agreed_to_code=of.agreed_to_code,
        answer=of.answer and Untold(why=of.answer.why, words=of.answer.words, undo_until=of.answer.undo_until),
        choices=of.choices,
        busy_at=tuple(one.id for one in of.busy),
    )


def compared(of: SideBySide) -> Compared:
    return Compared.build(
        **dict(of.engagement if of.is_named else without_name(of.engagement)),
        called=of.called,
        reference=of.reference,
        why=of.why,
        conflict=of.conflict,
        training=of.training,
        against=[_mark(one) for one in of.against],
        choices=of.choices,
    )


def _mark(of: Against) -> MarkOf:
    said = of.marked
    return MarkOf(
        criterion=of.criterion,
        answer=of.answer,
        mark=said and said.mark,
        marked_by=said and said.by,
        marked_at=said and said.at,
    )
