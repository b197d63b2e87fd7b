"""A session's page: how to join, where to go and what to read, for whoever has a place. Private: it is on no event."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.engagements import Engagement
from schemas.matching import Session
from services.chassis.base.periods import london_day
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.links import wrong_with
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Lines, Plain

PAPER = "paper"
"""The kind of file that is a paper of a session."""
MOST_PAPERS = 20
PAPERS_KEPT = timedelta(days=400)
"""After the day of the session: somebody who reports back needs them, and nobody after a year."""


class NoJoiningLink(Refused, slug="no-joining-link", status=422, field="joining_link"):
    """This is no link by which people can join. Copy the whole link of the meeting: it begins with https://"""


class JoiningLinkWithPassword(Refused, slug="joining-link-with-password", status=422, field="joining_link"):
    """There is a user name or a password before the address in this link. Copy the link as the meeting gives it."""


class EnoughPapers(Refused, slug="enough-papers", title="There are 20 papers already", status=409, field="paper"):
    """A session has at most 20 papers. Take one out that is not needed, or put two into one file."""


class NoPaper(Refused, slug="no-paper", title="Choose a file", status=422, field="paper"):
    """Choose the paper that you want to add."""


class SessionPageWords(BaseModel):
    """What an organisation tells whoever has a place at one session. Nobody else sees it."""

    model_config = ConfigDict(extra="forbid")
    joining_link: Plain = Field(default="", title="the joining link", max_length=2000)
    arrival: Lines = Field(default="", title="what people need to know on the day", max_length=2000)

    @field_validator("joining_link")
    @classmethod
    def can_be_followed(cls, link: str) -> str:
        scheme, rest = link[:8].lower(), link[8:]  # however it is written: the table takes https:// alone
        return judged(scheme + rest, lambda link, clock: check_joining_link(link))


@dataclass(frozen=True)
class SessionPage:
    """As it was said last, by whom and when."""

    session_id: UUID
    joining_link: str = ""
    arrival: str = ""
    changed_by: UUID | None = None
    changed_at: datetime | None = None


def nothing_said(session_id: UUID) -> SessionPage:
    return SessionPage(session_id)


def check_joining_link(link: str) -> None:
    """A web address that is safe to show as a link: https, a host with a name, nobody's password. Empty is none.

    Raises NoJoiningLink or JoiningLinkWithPassword.
    """
    wrong = wrong_with(link) if link else ""
    if wrong == "password":
        raise JoiningLinkWithPassword
    if wrong:
        raise NoJoiningLink


def may_see(engagement: Engagement) -> bool:
    """From the yes to the place on, and afterwards: nobody else gets the link, the papers or the notes."""
    return engagement.status in ("accepted", "ended")


def can_be_joined(session: Session, now: datetime) -> bool:
    """Whether a joining link still leads somewhere: the session takes place, and is not over."""
    return session.cancelled is None and now < session.ends_at


def papers_until(session: Session) -> date:
    """The first day on which its papers are erased."""
    return london_day(session.ends_at) + PAPERS_KEPT
