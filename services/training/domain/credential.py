"""What a credential is: a person completed a programme, by attending one of its sessions."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.event import Erased
from schemas.training import Credential as PublicCredential
from schemas.training import CredentialAwarded, CredentialErased
from services.training.domain.programme import Programme


@dataclass(frozen=True)
class Attended:
    """The newest session of a programme that a person attended, and its day in London."""

    session_id: UUID
    starts_at: datetime
    day: date


@dataclass(frozen=True)
class Credential:
    """One for each person and programme. Which session gave it is private."""

    id: UUID
    version: int
    person_id: UUID
    programme_id: UUID
    organisation_id: UUID
    credential: str
    awarded_at: datetime
    expires_on: date | None
    session_id: UUID

    def public(self) -> PublicCredential:
        return PublicCredential(
            id=self.id,
            version=self.version,
            person_id=self.person_id,
            programme_id=self.programme_id,
            organisation_id=self.organisation_id,
            credential=self.credential,
            awarded_at=self.awarded_at,
            expires_on=self.expires_on,
        )


def award(programme: Programme, by: Attended, *, to: UUID, id: UUID) -> tuple[Credential, CredentialAwarded]:
    """The person's first credential of the programme. `to`: the person."""
    awarded = Credential(
        id=id,
        version=1,
        person_id=to,
        programme_id=programme.id,
        organisation_id=programme.organisation_id,
        credential=programme.credential,
        awarded_at=by.starts_at,
        expires_on=last_good_day(by.day, programme.lasts_months),
        session_id=by.session_id,
    )
    return awarded, CredentialAwarded(awarded.public())


def award_again(
    credential: Credential, programme: Programme, by: Attended
) -> tuple[Credential, CredentialAwarded] | None:
    """The credential as the newest attended session gives it; None when it is so already."""
    if credential.session_id == by.session_id:
        return None
    expires_on = last_good_day(by.day, programme.lasts_months)
    again = replace(
        credential,
        version=credential.version + 1,
        session_id=by.session_id,
        awarded_at=by.starts_at,
        expires_on=expires_on,
    )
    return again, CredentialAwarded(again.public())


def erase(credential: Credential) -> CredentialErased:
    """The person is forgotten, or attended no session after all: it should never have been."""
    return CredentialErased(Erased(id=credential.id, version=credential.version + 1))


def last_good_day(day: date, lasts_months: int | None) -> date | None:
    """The same day so many months later, or the last of that month where it has no such day. None: for ever."""
    if lasts_months is None:
        return None
    years, month = divmod(day.month - 1 + lasts_months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
