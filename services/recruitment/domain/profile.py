"""What would fit a person. Areas of lived experience are health data and need consent.

UK GDPR, article 9(2)(a): explicit consent; an empty answer needs none and takes an earlier one back.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.recruitment import (
    ACCESS_NEEDS,
    DISTANCES,
    EXPERIENCE_AREAS,
    LANGUAGES,
    LEARNING,
    MODES,
    STRANDS,
    TIMES,
    ProfileChanged,
    ProfileGiven,
)
from schemas.recruitment import Profile as PublicProfile
from services.chassis.base.languages import languages
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Plain
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.agreement import Consent, consent_to
from services.recruitment.domain.district import district
from services.recruitment.domain.needs import chosen

_CODES = {
    "strands": STRANDS,
    "modes": MODES,
    "lived_experience": EXPERIENCE_AREAS,
    "access_needs": ACCESS_NEEDS,
    "learning": LEARNING,
    "times": TIMES,
}
_SIGNED = "Leave sign language out here. Say on the page “What you need” that you want an interpreter"
_ASKED = ("strands", "modes", "learning", "times", "lived_experience")


class AskToJoinFirst(Refused, slug="ask-to-join-first", status=409):
    """Ask to join first. We keep what would fit you only for people in the pool, and for those who asked to join."""


class Answers(BaseModel):
    """What a person says would fit them. Every question can be left empty.

    Of those from `access_needs` on, what is left out (null) stays as it was said before.
    """

    model_config = ConfigDict(extra="forbid")

    strands: list[str] = Field(default=[], title="what kind of work fits", max_length=20)
    modes: list[str] = Field(default=[], title="how you can take part", max_length=20)
    lived_experience: list[str] = Field(default=[], title="what you know about from life", max_length=40)
    health_consent: Plain = Field(
        default="",
        title="whether we may keep what you said about your health",
        max_length=20,
        description="the edition of the notice agreed to, or empty",
    )
    access_needs: list[str] | None = Field(
        default=None,
        title="what you need to take part",
        max_length=40,
        description="of the person's needs, what a profile had before needs were apart",
    )
    own_words: Lines | None = Field(default=None, title="what else you know about from life", max_length=500)
    learning: list[str] | None = Field(default=None, title="what you want to learn", max_length=40)
    district: Plain | None = Field(default=None, title="your home district", max_length=40)
    distance: str | None = Field(default=None, title="how far you can travel", max_length=20)
    times: list[str] | None = Field(default=None, title="when you can take part", max_length=40)
    languages: list[str] | None = Field(default=None, title="which languages you speak", max_length=20)

    @field_validator(*_CODES, mode="before")
    @classmethod
    def known(cls, value: Any, info: Any) -> list[str] | None:
        """One tick comes as text, several as a list. An answer that is not on the list is refused."""
        return None if value is None else chosen(value, _CODES[info.field_name])

    @field_validator("distance", mode="before")
    @classmethod
    def known_distance(cls, value: Any) -> str | None:
        if value is None:
            return None
        picked = chosen(value, DISTANCES)
        if len(picked) > 1:
            raise Wrong("Choose one answer for {asked}")
        return picked[0] if picked else ""

    @field_validator("district")
    @classmethod
    def known_district(cls, value: str | None) -> str | None:
        return value and district(value)

    @field_validator("languages", mode="before")
    @classmethod
    def known_languages(cls, value: Any) -> list[str] | None:
        return None if value is None else languages(value, signed=_SIGNED)

    @property
    def has_health_data(self) -> bool:
        return bool(self.lived_experience or self.access_needs or self.own_words)

    @property
    def says_something(self) -> bool:
        others = (self.strands, self.modes, self.learning, self.district, self.distance, self.times, self.languages)
        return self.has_health_data or any(others)


@dataclass(frozen=True)
class Profile:
    """Own words, consent, and who typed it for a person on the phone, are private to recruitment."""

    person_id: UUID
    version: int
    strands: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    lived_experience: tuple[str, ...] = ()
    access_needs: tuple[str, ...] = ()
    """Of the person's needs, what matching looks at: see `needs.matched_on`."""
    own_words: str = ""
    learning: tuple[str, ...] = ()
    district: str | None = None
    distance: str | None = None
    times: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    consent: Consent | None = None
    entered_by: UUID | None = None

    def public(self) -> PublicProfile:
        return PublicProfile(
            id=self.person_id,
            version=self.version,
            strands=self.strands,
            modes=self.modes,
            lived_experience=self.lived_experience,
            access_needs=self.access_needs,
            learning=self.learning,
            district=self.district,
            distance=self.distance,
            times=self.times,
            languages=self.languages,
        )


def give(
    before: Profile | None,
    answers: Answers,
    *,
    person_id: UUID,
    entered_by: UUID | None,
    notice: str,
    now: datetime,
    access_needs: tuple[str, ...] = (),
    first_version: int = 1,
) -> tuple[Profile, ProfileGiven | ProfileChanged | None]:
    """The profile with these answers; no event when its public state is the same. `notice`: the edition in force;
    `access_needs`: what matching looks at of the person's needs (`needs.matched_on`).

    Raises ConsentNeeded when there is health data without consent to that edition.
    """
    kept = before or Profile(person_id, first_version)
    own_words = answers.own_words
    if own_words is None:  # an older client, which takes its yes to health data back where it sends none
        own_words = kept.own_words if answers.health_consent else ""
    given = replace(
        kept,
        strands=tuple(answers.strands),
        modes=tuple(answers.modes),
        lived_experience=tuple(answers.lived_experience),
        access_needs=access_needs,
        own_words=(kept.own_words if answers.health_consent else "")
        if answers.own_words is None
        else answers.own_words,
        learning=kept.learning if answers.learning is None else tuple(answers.learning),
        district=kept.district if answers.district is None else answers.district or None,
        distance=kept.distance if answers.distance is None else answers.distance or None,
        times=kept.times if answers.times is None else tuple(answers.times),
        languages=kept.languages if answers.languages is None else tuple(answers.languages),
        consent=None,
        entered_by=entered_by,
    )
    if given.lived_experience or given.own_words:
        given = replace(given, consent=consent_to(notice, answers.health_consent, earlier=kept.consent, now=now))
    return said(before, given)


def said(before: Profile | None, given: Profile) -> tuple[Profile, ProfileGiven | ProfileChanged | None]:
    """With its event, and the next version where something public differs."""
    if before is None:
        return given, ProfileGiven(given.public())
    if given.public() == before.public():
        return given, None
    changed = replace(given, version=before.version + 1)
    return changed, ProfileChanged(changed.public())


def empty(profile: Profile) -> tuple[Profile, ProfileChanged] | None:
    """Nothing is kept of somebody who is not in the pool and does not ask to join. None when it is empty already."""
    bare = Profile(profile.person_id, profile.version)
    if bare == replace(profile, entered_by=None):
        return None
    emptied = replace(bare, version=profile.version + 1)
    return emptied, ProfileChanged(emptied.public())


def no_longer_asked(profile: Profile) -> list[str]:
    """Codes of answers that today's lists do not have any more."""
    gone = [code for name in _ASKED for code in getattr(profile, name) if code not in _CODES[name]]
    return [*gone, *(code for code in profile.languages if code not in LANGUAGES)]
