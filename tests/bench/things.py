"""What is written and said in the measures: an opportunity of about a kilobyte."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.matching import Match, Opportunity, Pay, Session
from services.chassis.postgres.transaction import new_id

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
PATTERN = Opportunity(
    id=UUID(int=0),
    version=1,
    organisation_id=UUID(int=1),
    ods_code="RX2",
    title="Help us make the letters about appointments easier to understand",
    summary="We send about nine thousand letters a month and many people ring us because they are hard to read. " * 2,
    what_will_change="The three letters that people ask about most are written anew and tried out. " * 2,
    strand="service_improvement",
    rung="improvement",
    mode="remote",
    time_commitment="Three meetings of an hour and a half, and half an hour of reading before each",
    expertise_level="some",
    places=4,
    pay=Pay(
        rate_card_id=UUID(int=2),
        unit="session",
        amount_pence=7500,
        source="NHS England, Working with our patient and public voice partners: reimbursing expenses",
        payer_id=UUID(int=1),
    ),
    access=("captions", "step_free"),
    sessions=(Session(id=UUID(int=3), starts_at=NOW + timedelta(days=40), hours=1.5),),
    apply_by=NOW + timedelta(days=30),
    feedback_by=NOW + timedelta(days=90),
    posted_at=NOW,
)
_TEXT = PATTERN.model_dump_json()
AS_DICT = PATTERN.model_dump(mode="json")


def thing() -> Opportunity:
    return PATTERN.model_copy(update={"id": new_id()})


def small_thing() -> Match:
    """A state of few fields, as most are of which there are many at once."""
    return Match(id=new_id(), version=1, opportunity_id=PATTERN.id, person_id=new_id(), matched_at=NOW)


def text_of(id: UUID) -> str:
    """The JSON of a thing."""
    return _TEXT.replace(str(PATTERN.id), str(id), 1)
