"""What a programme is, and what may happen to it and its sessions."""

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas import links
from schemas.event import Waiting
from schemas.identity import Organisation
from schemas.training import Programme as PublicProgramme
from schemas.training import ProgrammeChanged, ProgrammeOffered, ProgrammeWithdrawn
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.typed.numbers import WHOLE
from services.chassis.base.typed.text import Lines, Name, Plain
from services.training.domain.session import (
    AlreadyHeld,
    AlreadyRecorded,
    AlreadyStarted,
    Full,
    NotStarted,
    Session,
    SessionDraft,
    check_place,
    check_start,
)

MOST_SESSIONS = 100
LONGEST_CODE = 40
_CODE_BYTES = 5
"""Of the end of a made code: eight letters and numbers. Of 10,000 titles two share one once in 20,000 networks."""


class TooManySessions(Refused, slug="too-many-sessions", title="This training has enough sessions", status=409):
    """This training has 100 sessions, the most it can have. Offer it anew."""


class OrganisationClosed(Refused, slug="organisation-closed", title="This organisation has closed", status=409):
    """This organisation has closed, so it can no longer offer training. Its successor can."""


class NoLongerOffered(Refused, slug="no-longer-offered", title="This training is no longer offered", status=409):
    """This training is no longer offered."""


class PeopleHavePlaces(Refused, slug="people-have-places", title="People have places in this training", status=409):
    """People have a place in a session of this training. Hold it, and record who came, first."""


class ProgrammeDraft(BaseModel):
    """What an organisation fills in to offer a programme. Without a code, one is made from the title."""

    model_config = ConfigDict(extra="forbid")

    title: Name = Field(title="the name of the training", max_length=120)
    summary: Lines = Field(title="what people learn", min_length=1, max_length=1000)
    credential: Plain | None = Field(default=None, title="the code", max_length=LONGEST_CODE)
    lasts_months: Annotated[int, Field(ge=1, le=120), WHOLE] | None = Field(
        default=None, title="for how many months it counts"
    )

    @field_validator("credential")
    @classmethod
    def is_a_code(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", value):
            raise ValueError("Enter a code of 2 to 40 small letters, numbers and _, which starts with a letter")
        return value


@dataclass(frozen=True)
class Programme:
    """A programme with its sessions, the earliest first. Who has a place in them is not in here: it is private."""

    id: UUID
    version: int
    organisation_id: UUID
    ods_code: str
    title: str
    summary: str
    credential: str
    lasts_months: int | None
    offered_at: datetime
    withdrawn_at: datetime | None = None
    sessions: tuple[Session, ...] = ()

    def session(self, id: UUID) -> Session:
        """Raises NotFound."""
        found = next((one for one in self.sessions if one.id == id), None)
        if found is None:
            raise NotFound
        return found

    def coming(self, now: datetime) -> list[Session]:
        return [one for one in self.sessions if not one.over(now)]

    @property
    def asks_at(self) -> datetime | None:
        """When the next of its sessions starts about which the organisation is to be asked who came."""
        return min((one.asks_at for one in self.sessions if one.asks_at), default=None)

    def public(self) -> PublicProgramme:
        return PublicProgramme(
            id=self.id,
            version=self.version,
            organisation_id=self.organisation_id,
            ods_code=self.ods_code,
            title=self.title,
            summary=self.summary,
            credential=self.credential,
            lasts_months=self.lasts_months,
            sessions=tuple(one.public() for one in self.sessions),
            withdrawn_at=self.withdrawn_at,
            waiting=tuple(
                self._waiting(one, one.attendance_due_since)
                for one in self.sessions
                if one.attendance_due_since and one.attendance_missing
            ),
        )

    def _waiting(self, session: Session, since: datetime) -> Waiting:
        return Waiting(
            organisation_id=self.organisation_id,
            role="trainer",
            what="record_training",
            about=session.id,
            since=since,
            link=f"{links.STAFF_TRAINING.format(ods=self.ods_code)}/sessions/{session.id}",
        )


def offer(
    draft: ProgrammeDraft, *, by: Organisation, id: UUID, now: datetime, today: date
) -> tuple[Programme, ProgrammeOffered]:
    """A programme for the whole pool, still without sessions. `today`: the day of `now` in London.

    Raises OrganisationClosed.
    """
    _check_open(by, today)
    code = draft.credential or code_of(draft.title, by=by.id)
    offered = Programme(id, 1, by.id, by.ods_code, draft.title, draft.summary, code, draft.lasts_months, now)
    return offered, ProgrammeOffered(offered.public())


def code_of(title: str, *, by: UUID) -> str:
    """A credential code of an organisation's title: "Finding your voice" gives finding_your_voice_ and eight more.

    What can be read of it is for people; the end tells titles apart that differ in what is left out (another script,
    signs, a long end), and the same title of another organisation, which is other training. The same training offered
    anew by its organisation has the same code. Codes of before have no such end and stay what they are.
    """
    title = unicodedata.normalize("NFC", title)
    exact = f"{by}\n{title.casefold()}".encode()
    end = base64.b32encode(hashlib.sha256(exact).digest()[:_CODE_BYTES]).decode().lower()
    read = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
    read = read if re.match(r"[a-z]", read) else f"training_{read}"
    return f"{read[: LONGEST_CODE - len(end) - 1].rstrip('_')}_{end}"


def add_session(
    programme: Programme, draft: SessionDraft, *, by: Organisation, id: UUID, now: datetime, today: date
) -> tuple[Programme, ProgrammeChanged]:
    """Raises InThePast, WhereMissing, TooManySessions, NoLongerOffered or OrganisationClosed."""
    _check_open(by, today)
    if programme.withdrawn_at is not None:
        raise NoLongerOffered
    check_start(draft.starts_at, now=now)
    check_place(draft.place, mode=draft.mode)
    if len(programme.sessions) >= MOST_SESSIONS:
        raise TooManySessions
    added = Session(id=id, **draft.model_dump())
    return _changed(programme, sessions=_in_order(*programme.sessions, added))


def withdraw(programme: Programme, *, now: datetime) -> tuple[Programme, ProgrammeWithdrawn]:
    """No longer offered. Raises NoLongerOffered when it was so already, and PeopleHavePlaces."""
    if programme.withdrawn_at is not None:
        raise NoLongerOffered
    if any(session.attendance_missing for session in programme.sessions):
        raise PeopleHavePlaces
    withdrawn = replace(programme, withdrawn_at=now, version=programme.version + 1)
    return withdrawn, ProgrammeWithdrawn(withdrawn.public())


def take_place(programme: Programme, session_id: UUID, *, now: datetime) -> tuple[Programme, ProgrammeChanged]:
    """One place more is taken. Raises NoLongerOffered, AlreadyHeld or Full."""
    session = programme.session(session_id)
    if programme.withdrawn_at is not None:
        raise NoLongerOffered
    if session.over(now):
        raise AlreadyHeld
    if session.places_left < 1:
        raise Full
    due_since = session.attendance_due_since or (now if session.starts_at <= now else None)
    return _with(programme, replace(session, places_taken=session.places_taken + 1, attendance_due_since=due_since))


def give_place_back(programme: Programme, session_id: UUID, *, now: datetime) -> tuple[Programme, ProgrammeChanged]:
    """One place is free again. Raises AlreadyStarted."""
    session = programme.session(session_id)
    if session.starts_at <= now or session.recorded_on is not None:
        raise AlreadyStarted
    return empty_place(programme, session_id)


def empty_place(programme: Programme, session_id: UUID) -> tuple[Programme, ProgrammeChanged]:
    """The person who had it is forgotten."""
    session = programme.session(session_id)
    return _with(programme, replace(session, places_taken=session.places_taken - 1))


def ask_who_came(programme: Programme, *, now: datetime) -> tuple[Programme, ProgrammeChanged]:
    """Sessions that have started wait for the organisation to record who came."""
    asked = tuple(
        replace(one, attendance_due_since=now) if one.attendance_due_since is None and one.starts_at <= now else one
        for one in programme.sessions
    )
    return _changed(programme, sessions=asked)


def record(
    programme: Programme, session_id: UUID, *, by: UUID, on: date, now: datetime
) -> tuple[Programme, ProgrammeChanged | None]:
    """Note that who came is recorded. `on`: the day in London; on that day it can be put right, and there is no news.

    Raises NotStarted or AlreadyRecorded.
    """
    session = programme.session(session_id)
    if session.starts_at > now:
        raise NotStarted
    if session.recorded_on == on:
        return programme, None
    if session.recorded_on is not None:
        raise AlreadyRecorded
    return _with(programme, replace(session, recorded_on=on, recorded_by=by))


def _with(programme: Programme, session: Session) -> tuple[Programme, ProgrammeChanged]:
    others = (one for one in programme.sessions if one.id != session.id)
    return _changed(programme, sessions=_in_order(*others, session))


def _changed(programme: Programme, *, sessions: tuple[Session, ...]) -> tuple[Programme, ProgrammeChanged]:
    changed = replace(programme, sessions=sessions, version=programme.version + 1)
    return changed, ProgrammeChanged(changed.public())


def _in_order(*sessions: Session) -> tuple[Session, ...]:
    return tuple(sorted(sessions, key=lambda one: (one.starts_at, one.id)))


def _check_open(organisation: Organisation, today: date) -> None:
    if Period.of(organisation).ends_before(today):
        raise OrganisationClosed
