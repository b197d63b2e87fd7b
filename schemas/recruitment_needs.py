"""What recruitment says of what somebody needs to take part: its own topic, with readers of its own."""

from datetime import date

from pydantic import Field

from schemas.event import Erasure, Event, State


class Needs(State, topic="recruitment.needs", about_people=True):
    """Access and communication needs, by the Accessible Information Standard (DAPB1605). Id: the person's.

    Health data, kept with consent. Nobody is shown what is not shared with them. What somebody needs besides, in their
    own words, is in recruitment only.
    """

    needs: tuple[str, ...] = Field(default=(), description="what there has to be, see ACCESS_NEEDS")
    format: str = Field(default="standard", description="of papers and letters, see FORMATS")
    ways_to_talk: tuple[str, ...] = Field(default=(), description="see WAYS_TO_TALK")
    shared_with: tuple[str, ...] = Field(default=(), description="who may see it by the person's yes, see SHARED_WITH")
    said_on: date | None = Field(
        default=None, description="the day on which the person said it, or that it still holds"
    )
    review_by: date | None = Field(default=None, description="the day by which the person is asked again")

    @property
    def are_shown_with_a_place(self) -> bool:
        """Organisations where their person has a place may see them."""
        return "places" in self.shared_with


class NeedsGiven(Event[Needs]):
    """A person said for the first time what they need."""


class NeedsChanged(Event[Needs]):
    """A person changed what they need or who may see it, or said that it still holds."""


class NeedsReviewDue(Event[Needs]):
    """A year has passed: the person is asked whether it still holds."""


class NeedsRestated(Event[Needs]):
    """No news: said again for a new topic or after a restore."""


class NeedsLost(Erasure[Needs]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class NeedsErased(Erasure[Needs]):
    """The person asked to be forgotten."""
