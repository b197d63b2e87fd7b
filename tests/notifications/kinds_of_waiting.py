"""Every kind of waiting, as the room that owns it says it: for whom, and in which state it waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from schemas.engagements import (
    Arrangement,
    ArrangementRestated,
    EngagementRestated,
    IntakeRestated,
)
from schemas.event import Event, State, Waiting
from schemas.identity import IdentityToDo, IdentityToDoBegun
from schemas.matching_to_do import MatchingToDo, MatchingToDoBegun
from schemas.payments import ClaimRestated, PaymentsToDo, PaymentsToDoBegun
from schemas.recruitment import (
    ApplicationRestated,
    LeaderRestated,
    Needs,
    NeedsRestated,
    RecruitmentToDo,
    RecruitmentToDoBegun,
)
from schemas.recruitment_duplicate import Duplicate, DuplicateRestated
from schemas.to_do import ToDo
from schemas.training import Programme, ProgrammeRestated
from services.chassis.postgres.transaction import new_id
from services.notifications.store.waiting import Thing
from tests.matching.world import leader
from tests.notifications.support import NOW, World
from tests.support import Person

PERSON = ""
"""For whom it waits where no role is named: the person themselves."""
Says = Callable[[World, tuple[Waiting, ...], tuple[Person, ...]], Event[State] | Thing]
"""The event by which its room says it; of notifications' own, the thing that waits."""


def _claim(status: str) -> Says:
    return lambda world, waiting, _: ClaimRestated(world.claim(status, waiting=waiting))


def _engagement(status: str) -> Says:
    return lambda world, waiting, _: EngagementRestated(world.engagement(status, waiting=waiting))


def _application(stage: str) -> Says:
    return lambda world, waiting, _: ApplicationRestated(world.application(stage, waiting=waiting))


def _intake(world: World, waiting: tuple[Waiting, ...], _: tuple[Person, ...]) -> Event[State]:
    return IntakeRestated(world.intake().model_copy(update={"id": new_id(), "waiting": waiting}))


def _leader(world: World, waiting: tuple[Waiting, ...], _: tuple[Person, ...]) -> Event[State]:
    return LeaderRestated(leader(Person()).model_copy(update={"waiting": waiting}))


def _needs(world: World, waiting: tuple[Waiting, ...], _: tuple[Person, ...]) -> Event[State]:
    return NeedsRestated(Needs(id=new_id(), version=1, said_on=NOW.date(), waiting=waiting))


def _programme(world: World, waiting: tuple[Waiting, ...], _: tuple[Person, ...]) -> Event[State]:
    of = {"id": new_id(), "version": 1, "organisation_id": world.trust.id, "ods_code": "RX2", "title": "First steps"}
    return ProgrammeRestated(Programme.model_validate({**of, "summary": "", "credential": "first", "waiting": waiting}))


def _arrangement(world: World, waiting: tuple[Waiting, ...], _: tuple[Person, ...]) -> Event[State]:
    of = {"id": new_id(), "version": 1, "engagement_id": new_id(), "opportunity_id": world.opportunity.id}
    of |= {"organisation_id": world.trust.id, "ods_code": "RX2", "person_id": world.person.id, "session_id": new_id()}
    of |= {"status": "asked", "starts_at": NOW + timedelta(days=3), "ends_at": NOW + timedelta(days=3, hours=2)}
    return ArrangementRestated(Arrangement.model_validate({**of, "status_at": NOW, "waiting": waiting}))


def _pair(world: World, waiting: tuple[Waiting, ...], not_for: tuple[Person, ...]) -> Event[State]:
    of = {"id": new_id(), "version": 1, "first_id": new_id(), "second_id": new_id(), "status": "waiting"}
    said = {"found_at": NOW, "not_for": tuple(one.id for one in not_for), "waiting": waiting}
    return DuplicateRestated(Duplicate.model_validate({**of, **said}))


def _to_do(of: type[ToDo], begun: type[Event[State]]) -> Says:
    def says(world: World, waiting: tuple[Waiting, ...], not_for: tuple[Person, ...]) -> Event[State]:
        return begun(of(id=new_id(), version=1, waiting=waiting, not_for=tuple(one.id for one in not_for)))

    return says


def _own(topic: str) -> Says:
    return lambda _, waiting, not_for: Thing(topic, waiting[0].about, not_for=tuple(one.id for one in not_for))


@dataclass(frozen=True)
class Waits:
    """`roles`: whose home says it; (PERSON,) for the person's own. `network`: at the network's organisation."""

    says: Says
    roles: tuple[str, ...] = (PERSON,)
    network: bool = False
    not_for: bool = False
    """It names accounts for which it is not."""


SCREENER, COORDINATOR, APPROVER, FINANCE = ("screener",), ("coordinator",), ("approver",), ("finance",)
WAITS: dict[str, Waits] = {
    "screen_application": Waits(_application("sent"), SCREENER, network=True),
    "get_in_touch": Waits(_application("asked"), SCREENER, network=True),
    "decide_application": Waits(_application("talked"), SCREENER, network=True),
    "look_again": Waits(_application("sent"), SCREENER, network=True),
    "one_or_two": Waits(_pair, SCREENER, network=True, not_for=True),
    "say_more": Waits(_application("sent")),
    "choose_talk": Waits(_application("asked")),
    "agree_to_code": Waits(_leader),
    "agree_to_notice": Waits(_leader),
    "review_needs": Waits(_needs),
    "answer_interest": Waits(_engagement("interested"), COORDINATOR),
    "answer_question": Waits(_engagement("accepted"), COORDINATOR),
    "answer_chat": Waits(_engagement("interested")),
    "answer_offer": Waits(_engagement("offered")),
    "offer_reserve": Waits(_intake, COORDINATOR),
    "answer_objection": Waits(_intake, COORDINATOR),
    "find_who_answers": Waits(_intake, ("admin",), network=True),
    "record_attendance": Waits(_intake, COORDINATOR),
    "look_at_record": Waits(_engagement("accepted"), COORDINATOR),
    "record_outcome": Waits(_intake, COORDINATOR),
    "confirm_access": Waits(_arrangement, COORDINATOR),
    "say_was_it_there": Waits(_arrangement),
    "look_at_access": Waits(_arrangement, COORDINATOR),
    "give_payee_details": Waits(_claim("needs_details")),
    "send_claim": Waits(_claim("ready")),
    "approve_claim": Waits(_claim("sent"), APPROVER),
    "look_at_correction": Waits(_claim("sent"), APPROVER),
    "settle_correction": Waits(_claim("paid"), FINANCE),
    "pay_claim": Waits(_claim("approved"), FINANCE),
    "approve_for_others": Waits(_to_do(PaymentsToDo, PaymentsToDoBegun), FINANCE, network=True, not_for=True),
    "pay_for_others": Waits(_to_do(PaymentsToDo, PaymentsToDoBegun), FINANCE, network=True, not_for=True),
    "answer_message": Waits(_own("notifications.conversation"), COORDINATOR),
    "read_concern": Waits(_own("concern"), ("admin",), not_for=True),
    "answer_concern": Waits(_own("concern"), ("admin",), not_for=True),
    "second_look": Waits(_own("concern"), ("admin", "coordinator"), not_for=True),
    "acknowledge_complaint": Waits(_own("complaint"), ("admin",), network=True, not_for=True),
    "settle_complaint": Waits(_own("complaint"), ("admin",), network=True, not_for=True),
    "ring_about_story": Waits(_own("story"), COORDINATOR),
    "record_training": Waits(_programme, ("trainer",)),
    "give_coordinator": Waits(
        _to_do(RecruitmentToDo, RecruitmentToDoBegun), ("screener", "coordinator"), network=True, not_for=True
    ),
    "be_in_touch": Waits(_to_do(RecruitmentToDo, RecruitmentToDoBegun)),
    "release_list": Waits(_to_do(RecruitmentToDo, RecruitmentToDoBegun), SCREENER, network=True, not_for=True),
    "ring_back_details": Waits(_to_do(PaymentsToDo, PaymentsToDoBegun), ("helper",), not_for=True),
    "draft_what_was_asked": Waits(_to_do(MatchingToDo, MatchingToDoBegun), COORDINATOR),
    "approve_draft": Waits(_to_do(MatchingToDo, MatchingToDoBegun), COORDINATOR, not_for=True),
    "read_why_not_drafted": Waits(_to_do(MatchingToDo, MatchingToDoBegun), COORDINATOR),
    "decide_roles": Waits(_to_do(IdentityToDo, IdentityToDoBegun), FINANCE, network=True, not_for=True),
}
"""But for a message that staff tell (`contact_by_phone_or_post`)."""
