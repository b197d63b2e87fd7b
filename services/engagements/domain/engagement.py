"""What an engagement is, from interest to what changed. Its row is its public state, without what the person wrote."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas import links
from schemas.engagements import (
    Chat,
    ChatEnd,
    Engagement,
    EngagementEnded,
    InterestShown,
    InterestWithdrawn,
    PersonNotChosen,
)
from schemas.event import Waiting
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines
from services.chassis.base.typed.wrong import Wrong
from services.chassis.base.working_days import end_of_working_day

ROLE = "role"
"""Why a talk does not take place: what it was about has ended."""
MOST_CRITERIA, LONGEST_ANSWER = 8, 500
OPEN = ("interested", "offered", "reserve")
"""The statuses of somebody who has no place yet and may still get one."""
ANSWERED_IN = (*OPEN, "accepted", "lapsed")
"""The statuses in which what somebody asked is still answered; nothing new is asked about an offer that has run out."""
COME_BACK = ("withdrawn", "declined", "lapsed", "not_chosen")
"""The statuses from which somebody may show interest again, while the role is open."""


class JoinFirst(Refused, slug="join-first", status=403, field=""):
    """Only people who have joined can do this. Join first: it is free, and you are told the answer."""


class AgreeFirst(Refused, slug="agree-first", title="Say yes to the code of conduct first", status=409, field=""):
    """Before a first role everybody reads the code of conduct and says yes to it, once. Your offer stays."""


class PastClosing(Refused, slug="past-closing", status=409, field=""):
    """This opportunity is closed, so you can no longer show interest. Look at the others that are open."""


class ApplyElsewhere(Refused, slug="apply-elsewhere", title="This is a job", status=409, field=""):
    """This is a job with a salary, so you cannot show interest in it here. Apply on the organisation's own page: its
    link is on the page of the job.
    """


class AlreadyInterested(Refused, slug="already-interested", status=409, field=""):
    """You have shown interest in this already. You do not need to do it again."""


class NotOpen(Refused, slug="not-open", title="This has changed meanwhile", status=409):
    """This has changed since you opened the page, so it can no longer be done. Go back and load the page again."""


class TooLateToGiveBack(Refused, slug="too-late-to-give-back", status=409):
    """A session of this was recorded already, so the place cannot be given back here. Please ring the organisation."""


class MoreThanAsked(Refused, slug="more-than-asked", status=422, field="meets"):
    """There are more answers than things that the organisation chooses by. Send one for each, in their order."""


def _short_enough(answers: list[str]) -> list[str]:
    """Raises Wrong."""
    if len(answers) > MOST_CRITERIA:
        raise Wrong(f"Write at most {MOST_CRITERIA} answers to {{asked}}")
    for place, one in enumerate(answers):
        if len(one) > LONGEST_ANSWER:
            words = f"Shorten {{asked}}: each answer can have {LONGEST_ANSWER} characters at most"
            raise Wrong(words, item=place)
    return answers


Meets = Annotated[list[Lines], AfterValidator(_short_enough)]
"""In the order of the criteria; empty where somebody says nothing of one."""


class InterestWords(BaseModel):
    """What a person writes with their interest. For the organisation only; never part of an event."""

    model_config = ConfigDict(extra="forbid")
    why: Lines = Field(title="why you are interested", min_length=1, max_length=1000)
    needs: Lines = Field(default="", title="what you need on the day", max_length=500)
    conflict: Lines = Field(default="", title="what others should know", max_length=500)
    meets: Meets = Field(default=[], title="how you meet what they choose by")


def answering(opportunity: Opportunity, words: InterestWords) -> InterestWords:
    """With an answer, perhaps an empty one, to each thing that the organisation chooses by. Raises MoreThanAsked."""
    asked = len(opportunity.criteria)
    if any(words.meets[asked:]):
        raise MoreThanAsked().about("meets", "meets", asked)
    meets = [*words.meets, *[""] * asked][:asked]
    return InterestWords(why=words.why, needs=words.needs, conflict=words.conflict, meets=meets)


def may_show_interest(
    opportunity: Opportunity, leader: Leader | None, *, existing: Engagement | None, now: datetime
) -> Choice:
    """`existing`: what this person has with the opportunity already. What has ended can be begun again."""
    return unless(
        (existing is not None and existing.status not in COME_BACK, AlreadyInterested),
        (not opportunity.takes_interest(now), ApplyElsewhere if opportunity.job else PastClosing),
        (not is_in_pool(leader), JoinFirst),
    )


def show_interest(
    opportunity: Opportunity,
    leader: Leader | None,
    *,
    existing: Engagement | None,
    id: UUID,
    person_id: UUID,
    now: datetime,
    answered_in: int | None = None,
) -> tuple[Engagement, InterestShown]:
    """For the first time, or again: then it is the same engagement, at the start. `answered_in`: working days after
    the closing date in which the organisation says that it answers.
    """
    may_show_interest(opportunity, leader, existing=existing, now=now).must()
    answer_by = end_of_working_day(opportunity.apply_by, answered_in) if answered_in else None
    if existing is not None:
        again = following(existing, **_AT_THE_START, interested_at=now, answer_by=answer_by)
        return again, InterestShown(again)
    shown = Engagement(
        id=id,
        version=1,
        opportunity_id=opportunity.id,
        organisation_id=opportunity.organisation_id,
        ods_code=opportunity.ods_code,
        person_id=person_id,
        status="interested",
        interested_at=now,
        answer_by=answer_by,
    )
    shown = shown.with_changes(waiting=_waiting(shown))
    return shown, InterestShown(shown)


_AT_THE_START: dict[str, Any] = {
    "status": "interested",
    "offer": None,
    "accepted_at": None,
    "reserve": None,
    "chat": None,
    "draw": None,
    "objection": None,
    "why_not": "",
    "not_chosen_by": None,
    "ended_at": None,
    "sessions": (),
}


def is_in_pool(leader: Leader | None) -> bool:
    return leader is not None and leader.status == "approved"


def may_withdraw(engagement: Engagement) -> Choice:
    return unless(
        (engagement.status not in (*OPEN, "accepted"), NotOpen),
        (any(one.recorded_at for one in engagement.sessions), TooLateToGiveBack),
    )


def withdraw(engagement: Engagement, *, now: datetime) -> tuple[Engagement, InterestWithdrawn]:
    """No longer want the role, or give the place back."""
    may_withdraw(engagement).must()
    withdrawn = following(engagement, status="withdrawn", ended_at=now, reserve=None)
    return withdrawn, InterestWithdrawn(withdrawn)


def not_choose(
    engagement: Engagement, *, why: str = "", by: UUID | None = None, now: datetime
) -> tuple[Engagement, PersonNotChosen]:
    """Others were chosen, an offer that was not answered was taken back, or it follows for everybody who waits.

    `by`: whose hand it was; None where nobody chose.
    """
    if engagement.status not in OPEN:
        raise NotOpen
    others = following(engagement, status="not_chosen", why_not=why, not_chosen_by=by, ended_at=now, reserve=None)
    return others, PersonNotChosen(others)


def end(engagement: Engagement, *, now: datetime) -> tuple[Engagement, EngagementEnded]:
    """What changed was recorded, for this person to read."""
    ended = following(engagement, status="ended", ended_at=now, told_at=now)
    return ended, EngagementEnded(ended)


def following(engagement: Engagement, **changes: Any) -> Engagement:
    """Its next version, with whom it waits for then."""
    changed = engagement.with_changes(**changes, version=engagement.version + 1)
    if changed.ended_at and _is_live(changed.chat, changed.ended_at):
        changed = changed.with_changes(chat=without_talk(changed.chat, ROLE, at=changed.ended_at))
    return changed.with_changes(waiting=_waiting(changed))


def _is_live(chat: Chat | None, at: datetime) -> bool:
    """It waits for an answer, or is to come then."""
    return chat is not None and chat.ended is None and (chat.starts_at is None or chat.starts_at > at)


def without_talk(chat: Chat | None, why: str, *, at: datetime) -> Chat | None:
    """The same, and it does not take place."""
    return chat and chat.with_changes(starts_at=None, ended=ChatEnd(at=at, why=why, was_to_start_at=chat.starts_at))


def _waiting(of: Engagement) -> tuple[Waiting, ...]:
    return (*_to_answer(of), *_to_talk(of), *_asked(of), *_to_look_at(of))


def is_asked(of: Engagement) -> bool:
    """Whether a question of its person waits for an answer: not any more where they left, or others were chosen."""
    waits = of.question is not None and of.question.answered_at is None
    return waits and of.status in ANSWERED_IN


def _asked(of: Engagement) -> list[Waiting]:
    if of.question is None or not is_asked(of):
        return []
    waits = Waiting(
        organisation_id=of.organisation_id,
        role="coordinator",
        what="answer_question",
        about=of.id,
        since=of.question.asked_at,
        link=links.STAFF_QUESTION.format(ods=of.ods_code, id=of.id),
    )
    return [waits]


def _to_talk(of: Engagement) -> tuple[Waiting, ...]:
    """Times for a talk of which the person has picked none yet."""
    if of.status not in OPEN or of.chat is None or of.chat.starts_at or of.chat.ended:
        return ()
    waits = Waiting(
        person_id=of.person_id,
        what="answer_chat",
        about=of.id,
        since=of.chat.proposed_at,
        until=max(of.chat.times),
        link=links.MY_TALK.format(id=of.id),
    )
    return (waits,)


def _to_look_at(of: Engagement) -> list[Waiting]:
    """Records of which the person says that they are wrong."""
    page = links.STAFF_INTAKE.format(ods=of.ods_code, opportunity_id=of.opportunity_id)
    return [
        Waiting(
            organisation_id=of.organisation_id,
            role="coordinator",
            what="look_at_record",
            about=of.id,
            since=one.said_wrong_at,
            link=f"{page}/sessions/{one.session_id}",
        )
        for one in of.sessions
        if one.said_wrong_at
    ]


def _to_answer(of: Engagement) -> tuple[Waiting, ...]:
    if of.status == "interested":
        waits = Waiting(
            organisation_id=of.organisation_id,
            role="coordinator",
            what="answer_interest",
            about=of.id,
            since=of.interested_at,
            until=of.answer_by,
            link=links.STAFF_INTAKE.format(ods=of.ods_code, opportunity_id=of.opportunity_id),
        )
        return (waits,)
    if of.status == "offered" and of.offer:
        link, since = links.MY_ENGAGEMENT.format(id=of.id), of.offer.offered_at
        offered = Waiting(person_id=of.person_id, what="answer_offer", about=of.id, since=since, link=link)
        return (offered.with_changes(until=of.offer.reply_by),)
    return ()
