"""What recruitment says: who applied, who is in the shared pool, and what would fit them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.answers import ACCESS_NEEDS as ACCESS_NEEDS
from schemas.answers import DISTANCES as DISTANCES
from schemas.answers import EXPERIENCE_AREAS as EXPERIENCE_AREAS
from schemas.answers import FORMATS as FORMATS
from schemas.answers import LANGUAGES as LANGUAGES
from schemas.answers import LEARNING as LEARNING
from schemas.answers import MODES as MODES
from schemas.answers import SHARED_WITH as SHARED_WITH
from schemas.answers import STRANDS as STRANDS
from schemas.answers import TIMES as TIMES
from schemas.answers import WAYS_TO_TALK as WAYS_TO_TALK
from schemas.event import Erasure, Event, State
from schemas.recruitment_duplicate import DUPLICATE_STATUSES as DUPLICATE_STATUSES
from schemas.recruitment_duplicate import Duplicate as Duplicate
from schemas.recruitment_help import RecruitmentHelp as RecruitmentHelp
from schemas.recruitment_help import RecruitmentHelpErased as RecruitmentHelpErased
from schemas.recruitment_help import RecruitmentHelpGiven as RecruitmentHelpGiven
from schemas.recruitment_help import RecruitmentHelpLost as RecruitmentHelpLost
from schemas.recruitment_help import RecruitmentHelpRestated as RecruitmentHelpRestated
from schemas.recruitment_needs import Needs as Needs
from schemas.recruitment_needs import NeedsChanged as NeedsChanged
from schemas.recruitment_needs import NeedsErased as NeedsErased
from schemas.recruitment_needs import NeedsGiven as NeedsGiven
from schemas.recruitment_needs import NeedsLost as NeedsLost
from schemas.recruitment_needs import NeedsRestated as NeedsRestated
from schemas.recruitment_needs import NeedsReviewDue as NeedsReviewDue
from schemas.to_do import ToDo

RUNGS = ("feedback", "improvement", "governance", "senior")
"""The ladder, lowest first (Gilbert, BMJ: feedback provider, improvement partner, governance member, senior role)."""

LEADER_STATUSES = ("approved", "left")
"""Whether somebody is in the pool. A growing list."""

APPLICATION_STAGES = ("sent", "approved", "declined", "withdrawn", "asked", "talked", "listed", "forgotten")
"""How far an application is: asked (a name and a way to be reached), sent (the form too), talked (a time is agreed, or
they talked), approved, declined ("not now") or withdrawn. Listed: an organisation brought the person in with its own
list, and nobody has asked them yet, or they have not answered; with their yes it is approved. Forgotten: they said no,
did not answer in time, or the list was taken back, so identity forgets them everywhere. A growing list."""

TALK_WAYS = ("phone", "online", "in_person", "relay")
"""How the welcome team and somebody who asks to join talk. A growing list."""


class Leader(State, topic="recruitment.leader", about_people=True):
    """A person in the shared pool, or on the way there. The id is the person's id."""

    called: str = Field(min_length=1, max_length=80, description="the name the person asked to be called by")
    reference: str = Field(description="short reference shown beside the called name, e.g. PL-7K3Q")
    status: str = Field(description="see LEADER_STATUSES (a growing list)")
    rung: str = Field(description="see RUNGS")
    approved_at: datetime
    left_at: datetime | None = None
    coordinator_id: UUID | None = Field(default=None, description="the network's member of staff who looks after them")
    coordinator_since: datetime | None = Field(default=None, description="since when, or since when nobody does")
    cover_id: UUID | None = Field(default=None, description="who does so while the coordinator is away")
    cover_until: date | None = Field(default=None, description="the last day of the cover; none: until it is ended")
    may_act: tuple[UUID, ...] = Field(default=(), description="organisations whose helpers may act: they said yes")
    may_not_act: tuple[UUID, ...] = Field(default=(), description="organisations that may not: they said no")
    paused_at: datetime | None = Field(default=None, description="since when they are told of no new roles; else none")
    paused_until: date | None = Field(default=None, description="the last day of the pause; none: until they come back")
    code_agreed: str | None = Field(default=None, description="edition of the code of conduct that they agreed to last")
    closed_for: UUID | None = Field(
        default=None, description="who left because they were in the pool twice: the id of the record that is kept"
    )

    def is_paused_on(self, day: date) -> bool:
        """Whether they asked to be told of no new roles that day. Places, claims and training go on as they are."""
        return self.paused_at is not None and (self.paused_until is None or day <= self.paused_until)

    def covered_on(self, day: date) -> UUID | None:
        """Who looks after them that day in the place of their coordinator, who is away; None: nobody has to."""
        return self.cover_id if self.cover_until is None or day <= self.cover_until else None

    def is_looked_after_by(self, account_id: UUID, day: date) -> bool:
        """Whether the account is their coordinator, or covers for them that day."""
        return account_id in (self.coordinator_id, self.covered_on(day))


class Profile(State, topic="recruitment.profile", about_people=True):
    """The codes that let matching match. Health data: only matching and engagements may read it. Id: the person's."""

    strands: tuple[str, ...] = Field(default=(), description="see STRANDS")
    modes: tuple[str, ...] = Field(default=(), description="see MODES")
    lived_experience: tuple[str, ...] = Field(default=(), description="see EXPERIENCE_AREAS")
    access_needs: tuple[str, ...] = Field(
        default=(), description="of the person's Needs what matching looks at, see ACCESS_NEEDS; it says who sees it"
    )
    learning: tuple[str, ...] = Field(default=(), description="what they want to learn, see LEARNING")
    district: str | None = Field(default=None, description="home district: the outward code of a postcode, as BN2")
    distance: str | None = Field(default=None, description="how far they travel from there, see DISTANCES")
    times: tuple[str, ...] = Field(default=(), description="when they can take part, see TIMES")
    languages: tuple[str, ...] = Field(default=(), description="which they speak, see LANGUAGES")


class Application(State, topic="recruitment.application", about_people=True):
    """A person's application to join the pool."""

    person_id: UUID
    stage: str = Field(description="see APPLICATION_STAGES (a growing list)")
    sent_at: datetime = Field(description="when the person asked to join")
    decided_at: datetime | None = None
    answer_by: datetime | None = Field(
        default=None,
        description="when an answer was promised by, as they asked; of a listed one: until when it is theirs",
    )
    moved_at: datetime | None = Field(default=None, description="since when it is at this stage")
    held_by: UUID | None = Field(default=None, description="the member of the welcome team who holds it")
    talk_at: datetime | None = Field(default=None, description="when they talk, or talked; none: no time is agreed")
    talk_how: str | None = Field(default=None, description="see TALK_WAYS (a growing list)")
    more_asked_at: datetime | None = Field(
        default=None, description="when the person was asked for more; none: they said it"
    )
    offers_times: bool = Field(default=False, description="what they were asked is which time they choose for a talk")
    again_at: datetime | None = Field(default=None, description="when they asked that somebody else look at it again")
    called: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="of a listed one alone: the name to be called by, for the account that identity opens",
    )
    listed_by: UUID | None = Field(
        default=None, description="of a listed one alone: the organisation whose list the person was on"
    )

    @property
    def reference(self) -> str:
        """What a person can say on the phone. The last part of an id is random, so it tells applications apart."""
        return f"AP-{self.id.hex[-6:].upper()}"


class LeaderApproved(Event[Leader]):
    """The network's welcome team took a person into the shared pool."""


class LeaderChanged(Event[Leader]):
    """The called name or the rung changed."""


class LeaderLeft(Event[Leader]):
    """The person left the pool, or was in it twice (closed_for)."""


class LeaderReopened(Event[Leader]):
    """The record was closed in favour of another one, and they are two people after all: they are in the pool again."""


class LeaderHandedOver(Event[Leader]):
    """Somebody else looks after the person, or covers for whoever does; or nobody does now."""


class LeaderSaidWhoMayAct(Event[Leader]):
    """The person said which organisations may do things for them, or may not."""


class LeaderAgreed(Event[Leader]):
    """The person agreed to an edition of the code of conduct, as everybody does before their first role."""


class LeaderAskedToAgree(Event[Leader]):
    """A new edition of what everybody agrees to holds: the person is asked to read it and say yes."""


class LeaderPaused(Event[Leader]):
    """The person asked to be told of no new roles for now, or for how long."""


class LeaderCameBack(Event[Leader]):
    """The pause is over: they did it themselves, or its last day has passed."""


class LeaderRestated(Event[Leader]):
    """No news: said again for a new topic or after a restore."""


class LeaderLost(Erasure[Leader]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class LeaderErased(Erasure[Leader]):
    """The person asked to be forgotten."""


class ProfileGiven(Event[Profile]):
    """A person said for the first time what would fit them."""


class ProfileChanged(Event[Profile]):
    """A person changed what would fit them."""


class ProfileRestated(Event[Profile]):
    """No news: said again for a new topic or after a restore."""


class ProfileLost(Erasure[Profile]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class ProfileErased(Erasure[Profile]):
    """The person asked to be forgotten."""


class ApplicationOpened(Event[Application]):
    """A person asked to join with a name and one way to be reached; the rest is filled in later, or not."""


class ApplicationListed(Event[Application]):
    """An organisation brought the person in with its own list. They are asked before anything is shared."""


class ApplicationAgreed(Event[Application]):
    """A person whom an organisation had listed said yes: they are in the pool."""


class ApplicationForgotten(Event[Application]):
    """A person who was listed said no, did not answer in time, or the list was taken back: identity forgets them."""


class ApplicationSent(Event[Application]):
    """A person sent the form by which they ask to join the pool."""


class ApplicationChanged(Event[Application]):
    """Who holds it changed, or whose turn it is. No news for its person."""


class ApplicationMoreAsked(Event[Application]):
    """The welcome team asked the person for more, or offered them times for a talk."""


class ApplicationTalkAgreed(Event[Application]):
    """A time for a talk was agreed, or the talk took place."""


class ApplicationReopened(Event[Application]):
    """The person asked that somebody else look again at "not now"; or it had ended as one person's second, wrongly."""


class ApplicationApproved(Event[Application]):
    """The network's welcome team said yes, and the hour in which that can be undone is over."""


class ApplicationDeclined(Event[Application]):
    """The welcome team said "not now", and told the person why, and what would help."""


class ApplicationWithdrawn(Event[Application]):
    """The person no longer asks."""


class ApplicationRestated(Event[Application]):
    """No news: said again for a new topic or after a restore."""


class ApplicationLost(Erasure[Application]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class ApplicationErased(Erasure[Application]):
    """The person asked to be forgotten."""


class RecruitmentToDo(ToDo, topic="recruitment.to_do"):
    """A list of people that waits to be released, or somebody in the pool who has no coordinator."""


class RecruitmentToDoBegun(Event[RecruitmentToDo]):
    """It waits for staff; or it waits for others, or since another time, than was said."""


class RecruitmentToDoEnded(Event[RecruitmentToDo]):
    """It waits no more."""


class RecruitmentToDoRestated(Event[RecruitmentToDo]):
    """No news: said again for a new topic or after a restore."""


class RecruitmentToDoLost(Erasure[RecruitmentToDo]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""
