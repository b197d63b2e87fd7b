"""What engagements says: who showed interest, who was offered and took a place, who attended, and what changed."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.engagements_arrangement import ARRANGEMENT_STATUSES as ARRANGEMENT_STATUSES
from schemas.engagements_arrangement import AccessArranged as AccessArranged
from schemas.engagements_arrangement import AccessAsked as AccessAsked
from schemas.engagements_arrangement import AccessLookedAt as AccessLookedAt
from schemas.engagements_arrangement import AccessLookedBackAt as AccessLookedBackAt
from schemas.engagements_arrangement import AccessNotNeeded as AccessNotNeeded
from schemas.engagements_arrangement import AccessSessionMoved as AccessSessionMoved
from schemas.engagements_arrangement import AccessUnconfirmed as AccessUnconfirmed
from schemas.engagements_arrangement import Arrangement as Arrangement
from schemas.engagements_arrangement import ArrangementErased as ArrangementErased
from schemas.engagements_arrangement import ArrangementLost as ArrangementLost
from schemas.engagements_arrangement import ArrangementRestated as ArrangementRestated
from schemas.engagements_draw import DRAW_OUTCOMES as DRAW_OUTCOMES
from schemas.engagements_draw import InDraw as InDraw
from schemas.engagements_draw import Objection as Objection
from schemas.engagements_intake import Intake as Intake
from schemas.engagements_intake import IntakeChanged as IntakeChanged
from schemas.engagements_intake import IntakeClosed as IntakeClosed
from schemas.engagements_intake import IntakeLost as IntakeLost
from schemas.engagements_intake import IntakeOpened as IntakeOpened
from schemas.engagements_intake import IntakeRestated as IntakeRestated
from schemas.engagements_intake import Outcome as Outcome
from schemas.engagements_intake import OutcomeRecorded as OutcomeRecorded
from schemas.engagements_talk import CHAT_ENDS as CHAT_ENDS
from schemas.engagements_talk import CHAT_MODES as CHAT_MODES
from schemas.engagements_talk import Chat as Chat
from schemas.engagements_talk import ChatEnd as ChatEnd
from schemas.engagements_undoing import UNDOING_SIDES as UNDOING_SIDES
from schemas.engagements_undoing import Undoing as Undoing
from schemas.engagements_undoing import UndoingBegun as UndoingBegun
from schemas.engagements_undoing import UndoingEnded as UndoingEnded
from schemas.engagements_undoing import UndoingErased as UndoingErased
from schemas.engagements_undoing import UndoingLost as UndoingLost
from schemas.engagements_undoing import UndoingRestated as UndoingRestated
from schemas.event import Contract, Erasure, Event, State
from schemas.helping import Help
from schemas.matching import Pay

ENGAGEMENT_STATUSES = (
    "interested",
    "offered",
    "accepted",
    "declined",
    "withdrawn",
    "not_chosen",
    "ended",
    "lapsed",
    "reserve",
    "called_off",
)
"""How far one person is with one opportunity. A growing list.

lapsed: the offer ran out unanswered; reserve: on the reserve list; called_off: they had a place, and it does not
happen.
"""
NOT_CHOSEN_REASONS = (
    "others_know_this_better",
    "others_were_asked_less",
    "mix_of_people",
    "no_place_left",
    "needs_something_else",
    "role_changed",
    "outcome_recorded",
    "time_gone",
)
"""Why the organisation chose others. A growing list."""


class Earlier(Contract):
    """The day to answer an offer by is earlier than it was, because the role's last session is."""

    at: datetime = Field(description="since when")
    before: datetime = Field(description="what the day was until then")


class Offer(Contract):
    """A place offered with pay from the payer's rate card, pinned to the edition of the card."""

    offered_at: datetime
    pay: Pay | None = Field(default=None, description="none: expenses only")
    offered_by: UUID | None = Field(default=None, description="the account that offered it")
    reply_by: datetime | None = Field(
        default=None, description="it runs out then; none: of before there were such days"
    )
    earlier: Earlier | None = Field(default=None, description="last, of reply_by; none: it is as it was offered")
    holds_place: bool = Field(default=False, description="else it was made beyond the places: the first to answer")


class Reserve(Contract):
    """A place on the reserve list: whoever said yes late comes before the others, then who waits longest."""

    since: datetime
    said_yes: bool = Field(default=False, description="they said yes when no place was left")


class Question(Contract):
    """The person asked the organisation something, in words that are on no topic."""

    asked_at: datetime
    answered_at: datetime | None = Field(default=None, description="none: it waits for an answer")


class RecordedBefore(Contract):
    """What was recorded of a session until it was recorded again."""

    attended: bool
    hours: float = Field(gt=0, le=24)
    preparation_hours: float | None = Field(default=None, gt=0, le=24)
    said_wrong_at: datetime | None = Field(default=None, description="the person said then that it is wrong")


class Attendance(Contract):
    """Whether a person who has a place was at one session of the opportunity."""

    session_id: UUID
    starts_at: datetime
    hours: float = Field(gt=0, le=24, description="how long they were there: as planned, or as recorded of them")
    preparation_hours: float | None = Field(
        default=None, gt=0, le=24, description="besides, for reading and the like; none: nothing recorded of it"
    )
    attended: bool | None = Field(default=None, description="none: not recorded yet")
    recorded_at: datetime | None = None
    recorded_by: UUID | None = Field(default=None, description="the account that recorded it")
    said_wrong_at: datetime | None = Field(
        default=None, description="the person said since then that it is wrong, and nobody has recorded it again"
    )
    before: RecordedBefore | None = Field(
        default=None, description="what stood here until recorded_at; none: it was recorded once"
    )

    @property
    def paid_hours(self) -> float:
        """With those of preparation: what a rate by the hour pays."""
        return self.hours + (self.preparation_hours or 0)


class Engagement(State, topic="engagements.engagement", about_people=True):
    """One person and one opportunity, from interest to what changed."""

    opportunity_id: UUID
    organisation_id: UUID
    ods_code: str
    person_id: UUID
    status: str = Field(description="see ENGAGEMENT_STATUSES (a growing list)")
    interested_at: datetime
    offer: Offer | None = None
    accepted_at: datetime | None = None
    answer_by: datetime | None = Field(default=None, description="when the organisation said it answers the interest")
    reserve: Reserve | None = Field(default=None, description="set while the status is reserve")
    chat: Chat | None = Field(default=None, description="proposed last, or agreed; none: no talk was proposed")
    question: Question | None = Field(default=None, description="the last one that they asked")
    why_not: str = Field(default="", description="why others were chosen, see NOT_CHOSEN_REASONS; empty: not said")
    not_chosen_by: UUID | None = Field(
        default=None, description="the account that chose others; none: nobody did, or it is not known"
    )
    ended_at: datetime | None = Field(
        default=None, description="declined, withdrawn, not chosen, lapsed, called off or ended since then"
    )
    draw: InDraw | None = Field(default=None, description="none: places are not drawn, or nothing came of a draw yet")
    objection: Objection | None = Field(default=None, description="to a draw; none: they made none that was answered")
    sessions: tuple[Attendance, ...] = ()
    told_at: datetime | None = Field(default=None, description="when what changed was recorded for this person to read")


class InterestShown(Event[Engagement]):
    """A person showed interest in an opportunity."""


class PlaceOffered(Event[Engagement]):
    """The organisation offered the person a place."""


class PlaceAccepted(Event[Engagement]):
    """The person took the place."""


class PlaceDeclined(Event[Engagement]):
    """The person said no to the offer."""


class InterestWithdrawn(Event[Engagement]):
    """The person no longer wants the role, or gave the place back."""


class PersonNotChosen(Event[Engagement]):
    """The organisation chose others."""


class OfferRanOut(Event[Engagement]):
    """The day to answer by passed: the offer holds its place no longer."""


class OfferDayMoved(Event[Engagement]):
    """The role's last session is earlier, so the day to answer the offer by is: it never moves the other way."""


class PutOnReserveList(Event[Engagement]):
    """No place is free now: the person is told when one is, in the order of the list."""


class LeftOutOfDraw(Event[Engagement]):
    """The draw of the role is confirmed, and the person had shown interest and had no ticket in it."""


class DrawSetAside(Event[Engagement]):
    """The draw in which the person took part is set aside: an objection to it was right."""


class ObjectionAnswered(Event[Engagement]):
    """The organisation answered what the person has against a draw."""


class QuestionAsked(Event[Engagement]):
    """The person asked the organisation something. Nobody says it any more: they write (notifications.conversation)."""


class QuestionTakenBack(Event[Engagement]):
    """The person no longer needs an answer to what they asked."""


class QuestionAnswered(Event[Engagement]):
    """The organisation answered what the person asked."""


class ChatProposed(Event[Engagement]):
    """The organisation proposed times for an informal talk, instead of any that it proposed before."""


class ChatAgreed(Event[Engagement]):
    """The person chose one of the times."""


class ChatEnded(Event[Engagement]):
    """The talk does not take place: no time suits, one of them cancelled it, or nobody answered in time."""


class EngagementCalledOff(Event[Engagement]):
    """The person had a place, and no session of it takes place any more."""


class AttendanceRecorded(Event[Engagement]):
    """The organisation recorded who was at a session."""


class RecordSaidToBeWrong(Event[Engagement]):
    """The person says that it is wrong what was recorded of a session."""


class EngagementEnded(Event[Engagement]):
    """What changed was recorded: the person can read it."""


class EngagementRestated(Event[Engagement]):
    """No news: said again for a new topic or after a restore."""


class EngagementLost(Erasure[Engagement]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class EngagementErased(Erasure[Engagement]):
    """The person asked to be forgotten."""


class EngagementsHelp(Help, topic="engagements.help", about_people=True):
    """Something that staff did for a person in engagements. It is never changed."""


class EngagementsHelpGiven(Event[EngagementsHelp]):
    """Staff did something for a person, who is told of it."""


class EngagementsHelpRestated(Event[EngagementsHelp]):
    """No news: said again for a new topic or after a restore."""


class EngagementsHelpLost(Erasure[EngagementsHelp]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class EngagementsHelpErased(Erasure[EngagementsHelp]):
    """The person asked to be forgotten."""
