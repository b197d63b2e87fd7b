"""What a person's pages of what fits them and the API both show, read in their name."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.matching import queries, words, words_of_fitting
from services.matching.domain.fit import Course, Fit, Subscription
from services.matching.domain.match import Match
from services.matching.queries import Shown
from services.matching.store import fitting as store
from services.matching.store import matches, wishes
from services.matching.store.fitting import Near
from services.matching.store.wishes import Kept
from services.matching.words_of_fitting import Missing


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with being told. `asked`: what they chose; None: they never said."""

    in_pool: bool
    has_a_break: bool
    asked: Subscription | None


async def standing(tx: Transaction[Person]) -> Standing:
    me = tx.acting.person_id
    leader, saved = await mirrors.get(tx, Leader, me), await matches.subscription(tx, me)
    in_pool = leader is not None and leader.status == "approved"
    has_a_break = leader is not None and leader.is_paused_on(london_day(tx.now))
    return Standing(in_pool, has_a_break, saved[0] if saved else None)


@dataclass(frozen=True)
class NearlyFits:
    """A role that does not fit, and what is missing, in words."""

    near: Near
    missing: list[Missing]


async def nearest(tx: Transaction[Person]) -> list[NearlyFits]:
    """The three open roles that nearly fit whoever acts."""
    found = await store.nearest(tx)
    courses = await store.courses(tx, {code for one in found for code in _training(one.fit)})
    return [NearlyFits(one, words_of_fitting.missing(one.fit, one.opportunity, courses)) for one in found]


def _training(fit: Fit) -> list[str]:
    return [code.partition(":")[2] for code in fit.missing if code.startswith("training:")]


@dataclass(frozen=True)
class MyRole:
    """A role, and how it fits whoever acts. `fit`: None, where they are not known to be in the pool. `match`: what they
    were told of it; None: they were not."""

    shown: Shown
    fit: Fit | None
    match: Match | None
    reasons: list[str]
    missing: list[Missing]
    points: list[str]
    answers: WhoAnswers | None

    @property
    def not_for_me(self) -> bool:
        return self.fit is not None and "not_for_me" in self.fit.missing

    @property
    def answered(self) -> bool:
        return self.fit is not None and "answered" in self.fit.missing

    @property
    def no_longer_fits(self) -> bool:
        """What they were told of once. That they are told of nothing any more does not end that it fits."""
        return self.match is not None and self.match.ended_at is not None and not self.reasons


async def my_role(tx: Transaction[Person], opportunity_id: UUID) -> MyRole:
    """Raises NotFound."""
    shown = await queries.opportunity(tx, opportunity_id)
    o = shown.opportunity
    fit = (await store.explain(tx, [o.id])).get(o.id)
    match = await matches.of_role(tx, tx.acting.person_id, o.id)
    titles: Mapping[str, str] = await training_titles(tx, o.training) if fit and fit.reasons else {}
    courses: Mapping[str, Course] = await store.courses(tx, _training(fit) if fit else [])
    return MyRole(
        shown,
        fit,
        match,
        reasons=words.reasons(fit.reasons, o, titles) if fit and o.closed_at is None else [],
        missing=words_of_fitting.missing(fit, o, courses) if fit else [],
        points=words_of_fitting.points(fit) if fit else [],
        answers=await who_answers(tx, o),
    )


@dataclass(frozen=True)
class Wishes:
    """What a person asks for: what they chose and what their profile says, and the searches that they keep."""

    told: queries.Told
    searches: Few[Kept]


async def wishes_of(tx: Transaction[Person]) -> Wishes:
    return Wishes(await queries.my_subscription(tx), await wishes.of_person(tx, tx.acting.person_id))
