"""What a draft begins with instead of empty pages: a template, or a role that was posted before. Pure.

It is the answers to a draft's questions, as the API is sent them, without what is of one time only: its days.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from schemas.matching import Opportunity
from services.chassis.base.refusals import Refused
from services.matching.domain.draft import EXPENSES_ONLY, Draft, is_long
from services.matching.domain.who_answers import Answers

DAYS = {"session_at", "term_until", "apply_by", "decide_by", "feedback_by"}
_APART = {"pay", "work", "session_hours", "status_result", "status_tool", "status_on", "status_by"}
"""What a draft asks for, and a role says in another way."""
_AS_THEY_ARE = Draft.model_fields.keys() - DAYS - _APART
COPY, OWN, PRACTICE = "copy", "own_template", "template"
MOST_TEMPLATES = 500
"""Of one organisation."""
Says = Mapping[str, Any]


class JobNotCopied(Refused, slug="job-not-copied", title="A job is not copied here", status=409):
    """This is a job with a salary, so it cannot be copied or kept as a template here. Post it as a job again."""


class TemplateCalledSo(Refused, slug="template-called-so", status=422, field="called"):
    """You have a template with that name already. Give this one another name."""


class TooManyTemplates(Refused, slug="too-many-templates", title="There are too many templates", status=409):
    """Your organisation keeps 500 templates already. Delete one that nobody uses first."""


@dataclass(frozen=True)
class Possible:
    """What an organisation can choose from today: ids of its rates, pieces of work and desks, training that is offered;
    and of who answers, whether they are one of its coordinators.
    """

    pay: Collection[str]
    works: Collection[str]
    training: Collection[str]
    desks: Collection[str]
    contacts: Collection[str]


@dataclass(frozen=True)
class Beginning:
    """`how`: COPY, OWN, or PRACTICE with the template's code. `says`: the answers.

    `no_longer`: answers that are no longer possible, so that they are asked anew.
    """

    how: str
    says: Says
    no_longer: Says = field(default_factory=dict[str, Any])

    @property
    def begun(self) -> str:
        """The code that its draft keeps: "copy", "copy:pay,work", "template:forum"."""
        return f"{self.how}:{','.join(self.no_longer)}" if self.no_longer else self.how

    @property
    def on_pages(self) -> Says:
        """Who answers need not be said, so whoever has left stays on its page until somebody else is named there."""
        return {**self.says, **{name: said for name, said in self.no_longer.items() if name in Answers.model_fields}}

    def unanswered(self) -> list[str]:
        """What has to be answered, or answered in another way, before it can be posted."""
        try:
            Draft.model_validate(self.says)
        except ValidationError as wrong:
            return list(dict.fromkeys(str(one["loc"][0]) for one in wrong.errors()))
        return []

    def asks_for_work(self, works: Collection[str]) -> bool:
        """Whether it has to be a part of a piece of work, and there are several to choose from."""
        return "work" not in self.says and len(works) > 1 and is_long(dict(self.says))

    def part_of(self, work: str) -> "Beginning":
        """The same as a part of a piece of work that was chosen."""
        no_longer = {name: said for name, said in self.no_longer.items() if name != "work"}
        return replace(self, says={**self.says, "work": work}, no_longer=no_longer)


def of_role(role: Opportunity) -> dict[str, Any]:
    """What a role says, but for its days; nothing of what it did not say. Raises JobNotCopied."""
    if role.job is not None:
        raise JobNotCopied
    says = role.model_dump(mode="json", include=set(_AS_THEY_ARE))
    says["pay"] = str(role.pay.rate_card_id) if role.pay else EXPENSES_ONLY
    says["work"] = str(role.work.id) if role.work else None
    says["sessions_planned"] = max(role.sessions_planned or 1, len(role.takes_place))
    if sessions := role.takes_place or role.sessions:
        says["session_hours"] = sessions[0].hours
    if decided := role.status_decision:
        says |= {"status_result": decided.result, "status_tool": decided.tool, "status_by": decided.decided_by}
        says["status_on"] = decided.decided_on.isoformat()
    return {name: said for name, said in says.items() if said not in (None, "", [])}


def to_keep(role: Opportunity) -> dict[str, Any]:
    """What a template keeps of a role: not who answers for it, which is for whoever uses it. Raises JobNotCopied."""
    return {name: said for name, said in of_role(role).items() if name not in Answers.model_fields}


def possible(given: Beginning, now: Possible) -> Beginning:
    """The same without what is no longer possible."""
    says, no_longer = dict(given.says), dict[str, Any]()
    for name, choices in (("pay", now.pay), ("work", now.works), ("desk_id", now.desks), ("contact_id", now.contacts)):
        if name in says and says[name] not in choices:
            no_longer[name] = says.pop(name)
    asked: list[str] = says.pop("training", [])
    if offered := [code for code in asked if code in now.training]:
        says["training"] = offered
    if len(offered) < len(asked):
        no_longer["training"] = [code for code in asked if code not in now.training]
    return replace(given, says=says, no_longer=no_longer)
