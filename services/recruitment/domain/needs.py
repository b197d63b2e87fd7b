"""What a person needs to take part and to be talked with: identified, recorded, flagged, shared, met and reviewed.

By the Accessible Information Standard (DAPB1605, NHS England): asked once, kept with consent, shared with whom the
person says, and asked again every year. It is health data: UK GDPR, article 9(2)(a), explicit consent; an empty answer
needs none and takes an earlier one back.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import (
    ACCESS_NEEDS,
    FORMATS,
    SHARED_WITH,
    WAYS_TO_TALK,
    NeedsChanged,
    NeedsGiven,
    NeedsReviewDue,
)
from schemas.recruitment import Needs as PublicNeeds
from services.chassis.base.periods import LONDON, london_day
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Plain, several
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.agreement import Consent, consent_to

STANDARD = "standard"
SOMETHING_ELSE = "something_else"
REVIEWED_EVERY = timedelta(days=365)
"""DAPB1605: needs are looked at again at least once a year."""
ASKED_AT = time(9)
"""In London: nobody is asked at night."""
MATCHED_ON = (
    *("step_free", "bsl", "captions", "easy_read", "large_print", "interpreter", "personal_assistant", "breaks"),
)
"""What is told to matching with the profile: whatever opportunities could offer from the start. A newer one would hide
every opportunity of before from whoever needs it."""
MEETING_NEEDS = tuple(code for code in ACCESS_NEEDS if code not in FORMATS)
"""What is asked for a meeting. A format of papers is asked for once, and holds for meetings and letters."""


class NothingToConfirm(Refused, slug="no-needs", status=409):
    """You have not told us of anything that you need, so there is nothing to look at again."""


class NeedsAnswers(BaseModel):
    """What a person needs. Every question can be left empty."""

    model_config = ConfigDict(extra="forbid")

    needs: list[str] = Field(default=[], title="what you need to take part", max_length=40)
    format: str = Field(default=STANDARD, title="how you want papers and letters", max_length=40)
    ways_to_talk: list[str] = Field(default=[], title="how to talk with you", max_length=20)
    words: Lines = Field(
        default="",
        title="what else you need",
        max_length=500,
        description="it is kept in recruitment, and shown to whoever may see the rest",
    )
    shared_with: list[str] = Field(default=[], title="who may see it", max_length=10)
    health_consent: Plain = Field(
        default="",
        title="whether we may keep what you need",
        max_length=20,
        description="the edition of the notice agreed to, or empty",
    )

    @field_validator("needs", "ways_to_talk", "shared_with", mode="before")
    @classmethod
    def known(cls, value: Any, info: Any) -> list[str]:
        codes = {"needs": ACCESS_NEEDS, "ways_to_talk": WAYS_TO_TALK, "shared_with": SHARED_WITH}[info.field_name]
        return chosen(value, codes)

    @field_validator("format", mode="before")
    @classmethod
    def known_format(cls, value: Any) -> str:
        picked = chosen(value, FORMATS)
        if len(picked) > 1:
            raise Wrong("Choose one answer for {asked}")
        return picked[0] if picked else STANDARD

    @property
    def says_something(self) -> bool:
        return bool(self.needs or self.format != STANDARD or self.ways_to_talk or self.words)


def chosen(value: Any, codes: tuple[str, ...]) -> list[str]:
    """One tick comes as text, several as a list. Raises Wrong for an answer that is not on the list."""
    return sorted(several(value, codes), key=codes.index)


@dataclass(frozen=True)
class Needs:
    """The words, the consent, and who typed it for a person on the phone, are private to recruitment."""

    person_id: UUID
    version: int
    needs: tuple[str, ...] = ()
    format: str = STANDARD
    ways_to_talk: tuple[str, ...] = ()
    words: str = ""
    shared_with: tuple[str, ...] = ()
    consent: Consent | None = None
    said_on: date | None = None
    review_by: date | None = None
    asked_at: datetime | None = None
    """When the person was asked whether it still holds; None while they need not look."""
    entered_by: UUID | None = None

    @property
    def says_something(self) -> bool:
        return self.consent is not None

    @property
    def asked_from(self) -> datetime | None:
        """From when on the person is asked again."""
        return datetime.combine(self.review_by, ASKED_AT, LONDON) if self.review_by else None

    def public(self) -> PublicNeeds:
        return PublicNeeds(
            id=self.person_id,
            version=self.version,
            needs=self.needs,
            format=self.format,
            ways_to_talk=self.ways_to_talk,
            shared_with=self.shared_with,
            said_on=self.said_on,
            review_by=self.review_by,
            waiting=(self._waiting(self.asked_at),) if self.asked_at else (),
        )

    def _waiting(self, since: datetime) -> Waiting:
        return Waiting(
            person_id=self.person_id, what="review_needs", about=self.person_id, since=since, link=links.MY_NEEDS
        )


def give(
    before: Needs | None,
    answers: NeedsAnswers,
    *,
    person_id: UUID,
    entered_by: UUID | None,
    notice: str,
    now: datetime,
    first_version: int = 1,
) -> tuple[Needs, NeedsGiven | NeedsChanged | None]:
    """The needs with these answers, said today; no event when their public state is the same. `notice`: in force.

    Raises ConsentNeeded when something is said without consent to that edition.
    """
    given = Needs(person_id, before.version if before else first_version, entered_by=entered_by)
    if answers.says_something:
        today = london_day(now)
        format, codes = _format(answers), {*answers.needs, *([SOMETHING_ELSE] if answers.words else [])}
        given = replace(
            given,
            needs=tuple(code for code in ACCESS_NEEDS if code in codes - {format}),
            format=format,
            ways_to_talk=tuple(answers.ways_to_talk),
            words=answers.words,
            shared_with=tuple(answers.shared_with),
            consent=consent_to(notice, answers.health_consent, earlier=before.consent if before else None, now=now),
            said_on=today,
            review_by=today + REVIEWED_EVERY,
        )
    return _said(before, given)


def _format(answers: NeedsAnswers) -> str:
    """Older clients name a format among the needs: the first of them holds where none is chosen."""
    among = [code for code in FORMATS if code in answers.needs]
    return among[0] if answers.format == STANDARD and among else answers.format


def as_older_clients_say(before: Needs | None, needs: list[str], *, agreed: str) -> NeedsAnswers:
    """What `access_needs` of a profile means: it takes the place of as much as older clients know, and of no more."""
    kept = before or Needs(UUID(int=0), 1)
    return NeedsAnswers(
        needs=[*needs, *(code for code in kept.needs if code not in MATCHED_ON)],
        format=STANDARD if kept.format in MATCHED_ON else kept.format,
        ways_to_talk=[*kept.ways_to_talk],
        words=kept.words,
        shared_with=[*kept.shared_with],
        health_consent=agreed,
    )


def confirm(before: Needs | None, *, now: datetime) -> tuple[Needs, NeedsChanged | None]:
    """It still holds, as of today. Raises NothingToConfirm."""
    if before is None or not before.says_something:
        raise NothingToConfirm
    today = london_day(now)
    kept = replace(before, said_on=today, review_by=today + REVIEWED_EVERY, asked_at=None)
    changed, event = _said(before, kept)
    assert event is None or isinstance(event, NeedsChanged)
    return changed, event


def ask_again(needs: Needs, *, now: datetime) -> tuple[Needs, NeedsReviewDue] | None:
    """A year has passed: the person is asked. None when it is too early, or they were asked already."""
    if needs.asked_from is None or now < needs.asked_from or needs.asked_at is not None:
        return None
    asked = replace(needs, asked_at=now, version=needs.version + 1)
    return asked, NeedsReviewDue(asked.public())


def empty(needs: Needs) -> tuple[Needs, NeedsChanged] | None:
    """Nothing is kept of somebody who is not in the pool and does not ask to join. None when it is empty already."""
    bare = Needs(needs.person_id, needs.version)
    if bare == replace(needs, entered_by=None):
        return None
    emptied = replace(bare, version=needs.version + 1)
    return emptied, NeedsChanged(emptied.public())


def next_version(needs: Needs) -> Needs:
    """The same, to be said again."""
    return replace(needs, version=needs.version + 1)


def matched_on(needs: Needs | None) -> tuple[str, ...]:
    """What matching is told with the profile."""
    if needs is None:
        return ()
    return tuple(code for code in MATCHED_ON if code in (*needs.needs, needs.format))


def _said(before: Needs | None, given: Needs) -> tuple[Needs, NeedsGiven | NeedsChanged | None]:
    if before is None:
        return given, NeedsGiven(given.public())
    if given.public() == before.public():
        return given, None
    changed = replace(given, version=before.version + 1)
    return changed, NeedsChanged(changed.public())
