"""What the JSON API of engagements answers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.engagements import Attendance, Engagement
from schemas.matching import Session
from services.chassis.http.lists import OnePage
from services.engagements.domain.asking import Question as Asked
from services.engagements.domain.saying import SessionChoices
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
