"""What people agree to, in editions with an issuer and a first day. Policies are data, never constants in code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.chassis.base.refusals import Refused, refuse_all
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.text import Line, Lines

Kind = Literal[
    "code_of_conduct",
    "data_notice",
    "health_data",
    "screening",
    "unsuccessful_applications",
    "coordinator_notes",
    "contact",
    "stages",
    "undo",
    "lists",
]
TO_JOIN: tuple[Kind, ...] = ("code_of_conduct", "data_notice")
"""What somebody agrees to who sends the whole form. Whoever joins with a name alone agrees before their first role."""


class CodeNotAgreed(Refused, slug="code-not-agreed", status=422, field="code_of_conduct"):
    """Read the code of conduct, and tick the box if you agree. You need to agree to it to join."""


class NoticeNotAgreed(Refused, slug="data-notice-not-agreed", status=422, field="data_notice"):
    """Read what we keep about you, and tick the box if that is all right. We need this to take your answers."""


class ConsentNeeded(Refused, slug="consent-needed", status=422, field="health_consent"):
    """Tick the box if we may keep what you said about your health. Or leave the questions about health empty."""


class Words(BaseModel):
    """What one edition of a policy says, for people to read and agree to."""

    title: Line = Field(min_length=1, max_length=120, title="the heading")
    words: Lines = Field(min_length=1, max_length=5000, title="the words", description="A line for each thing to say.")


class AgreedTo(Words):
    """What everybody agrees to. `changed` is shown above the words to whoever said yes to an earlier edition."""

    changed: Lines = Field(
        default="",
        max_length=1000,
        title="what has changed",
        description="In a few plain words, a line for each thing. You can leave it empty.",
    )


class Days(Words):
    """The same, where it promises or limits a time."""

    days: Whole = Field(ge=1, le=3660, title="the number of days")


class Stages(Words):
    """How soon the welcome team does what comes next at each stage, in working days (Monday to Friday, no holidays)."""

    asked: Whole = Field(ge=1, le=60, title="the working days to get in touch with somebody who asked")
    sent: Whole = Field(ge=1, le=60, title="the working days to read a form that was sent")
    talked: Whole = Field(ge=1, le=60, title="the working days from a talk to an answer")

    @property
    def working_days(self) -> dict[str, int]:
        """By the code of the stage."""
        return {"asked": self.asked, "sent": self.sent, "talked": self.talked}


class Lists(Days):
    """How long a person on an organisation's list has for a yes or no, and how old somebody on one may be."""

    days: Whole = Field(ge=14, le=60, title="the number of days")
    """At most as long as the link works by which they answer."""
    youngest: Whole = Field(ge=13, le=25, title="the age from which somebody can be on a list")
    oldest: Whole = Field(ge=90, le=130, title="the age above which a year of birth is a mistake")


class Minutes(Words):
    """How long something can be undone."""

    minutes: Whole = Field(ge=0, le=240, title="the number of minutes", description="0: people are told at once.")


@dataclass(frozen=True)
class Policy:
    """One edition of a policy. `days`, `minutes` and `working_days` are set where it promises or limits a time."""

    kind: str
    version: str
    issuer: str
    valid_from: date
    title: str
    words: str
    days: int | None = None
    minutes: int | None = None
    working_days: dict[str, int] | None = None
    """By the code of the stage."""
    changed: str | None = None
    """What has changed since the edition before, where it says so."""


InForce = Mapping[str, Policy]
"""The edition of each policy that is in force on a day, by kind."""


def check_agreed(given: Mapping[str, str], in_force: InForce) -> None:
    """Raises CodeNotAgreed, NoticeNotAgreed or both at once, unless the edition that is in force now was agreed to.

    An older edition is no agreement: it has changed since the person opened the page.
    """
    needed = {"code_of_conduct": CodeNotAgreed, "data_notice": NoticeNotAgreed}
    refuse_all([refusal() for kind, refusal in needed.items() if given.get(kind) != in_force[kind].version])


@dataclass(frozen=True)
class Consent:
    """To which edition of the notice on health data, and when."""

    version: str
    given_at: datetime


def consent_to(notice: str, agreed: str, *, earlier: Consent | None, now: datetime) -> Consent:
    """`agreed`: the edition that the person ticked. Raises ConsentNeeded unless it is the one in force (`notice`)."""
    if agreed != notice:
        raise ConsentNeeded
    return earlier if earlier and earlier.version == notice else Consent(notice, now)
