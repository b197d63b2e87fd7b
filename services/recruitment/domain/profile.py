"""What would fit a person. Areas of lived experience and access needs are health data and need consent.

UK GDPR, article 9(2)(a): explicit consent; an empty answer needs none and takes an earlier one back.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.recruitment import (
    ACCESS_NEEDS,
    EXPERIENCE_AREAS,
    MODES,
    STRANDS,
    ProfileChanged,
    ProfileGiven,
)
from schemas.recruitment import Profile as PublicProfile
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Plain, several
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.agreement import ConsentNeeded

_CODES = {"strands": STRANDS, "modes": MODES, "lived_experience": EXPERIENCE_AREAS, "access_needs": ACCESS_NEEDS}


class AskToJoinFirst(Refused, slug="ask-to-join-first", status=409):
    """Ask to join first. We keep what would fit you only for people in the pool, and for those who asked to join."""


class Answers(BaseModel):
    """What a person says would fit them. Every question can be left empty."""

    model_config = ConfigDict(extra="forbid")

    strands: list[str] = Field(default=[], title="what kind of work fits", max_length=20)
    modes: list[str] = Field(default=[], title="how you can take part", max_length=20)
    lived_experience: list[str] = Field(default=[], title="what you know about from life", max_length=40)
    access_needs: list[str] = Field(default=[], title="what you need to take part", max_length=40)
    health_consent: Plain = Field(
        default="",
        title="whether we may keep what you said about your health",
        max_length=20,
        description="the edition of the notice agreed to, or empty",
    )

    @field_validator(*_CODES, mode="before")
    @classmethod
    def known(cls, value: Any, info: Any) -> list[str]:
        """One tick comes as text, several as a list. An answer that is not on the list is refused."""
        given = several(value)
        if any(code not in _CODES[info.field_name] for code in given):
            raise Wrong("Choose {asked} from the answers")
        return sorted(set(given), key=_CODES[info.field_name].index)

    @property
    def has_health_data(self) -> bool:
        return bool(self.lived_experience or self.access_needs)


@dataclass(frozen=True)
class Consent:
    """To which edition of the notice on health data, and when."""

    version: str
    given_at: datetime


@dataclass(frozen=True)
class Profile:
    """Consent, and who typed it for a person on the phone, are private to recruitment."""

    person_id: UUID
    version: int
    strands: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    lived_experience: tuple[str, ...] = ()
    access_needs: tuple[str, ...] = ()
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
        )


def give(
    before: Profile | None,
    answers: Answers,
    *,
    person_id: UUID,
    entered_by: UUID | None,
    notice: str,
    now: datetime,
    first_version: int = 1,
) -> tuple[Profile, ProfileGiven | ProfileChanged | None]:
    """The profile with these answers; no event when its public state is the same. `notice`: the edition in force.

    Raises ConsentNeeded when there is health data without consent to that edition.
    """
    consent = None
    if answers.has_health_data:
        if answers.health_consent != notice:
            raise ConsentNeeded
        earlier = before.consent if before else None
        consent = earlier if earlier and earlier.version == notice else Consent(notice, now)
    given = Profile(
        person_id=person_id,
        version=before.version if before else first_version,
        strands=tuple(answers.strands),
        modes=tuple(answers.modes),
        lived_experience=tuple(answers.lived_experience),
        access_needs=tuple(answers.access_needs),
        consent=consent,
        entered_by=entered_by,
    )
    if before is None:
        return given, ProfileGiven(given.public())
    if given.public() == before.public():
        return given, None
    changed = replace(given, version=before.version + 1)
    return changed, ProfileChanged(changed.public())


def empty(profile: Profile) -> tuple[Profile, ProfileChanged] | None:
    """Nothing is kept of somebody who is not in the pool and does not ask to join. None when it is empty already."""
    bare = Profile(profile.person_id, profile.version)
    if bare.public() == profile.public():
        return None
    emptied = replace(bare, version=profile.version + 1)
    return emptied, ProfileChanged(emptied.public())
