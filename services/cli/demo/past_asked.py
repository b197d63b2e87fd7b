"""What organisations of the demo region asked others to draft: one waits for a draft, one for a yes, one is a role."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.periods import london_day
from services.chassis.base.typed.days import apart
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.cli.demo.past import Past, Step
from services.cli.demo.past_roles import Roles
from services.cli.demo.region import history
from services.matching.commands import asking, counting, posting
from services.matching.domain.asked import Ask
from services.matching.forms import PostForm
from services.matching.web.asked_drafts import DRAFTING


class Asking:
    """Each is asked for by the organisation's own coordinator, and drafted by its host's or the network's."""

    def __init__(self, past: Past, roles: Roles) -> None:
        self._past, self._roles = past, roles

    def steps(self) -> list[Step]:
        steps: list[Step] = []
        for one in history()["asked"]:
            id: list[UUID] = []
            steps.append((one["days"], partial(self._ask, one, id)))
            if one.get("drafted"):
                steps.append((one["drafted"], partial(self._draft, one, id)))
        return steps

    async def _ask(self, one: Mapping[str, Any], id: list[UUID]) -> int:
        said = {name: one[name] for name in ("what", "when_words", "who_might_know", "money")}
        async with self._past.as_member("matching", one["of"], "coordinator") as tx:
            id.append(await asking.ask(tx, Ask.model_validate(said)))
        return 1

    async def _draft(self, one: Mapping[str, Any], id: list[UUID]) -> int:
        """What became a role is posted with the others of its day (`Roles`)."""
        async with self._past.rooms.transaction("matching", self._drafter(one)) as tx:
            await asking.begin(tx, id[0])
            if role := one.get("role"):
                self._roles.asked[role] = id[0]
                return 1
            values = self._values(one)
            draft = await drafts.lock(tx, asking.DRAFT_KIND, Owner(organisation_id=tx.acting.organisation_id), id[0])
            for page in DRAFTING.pages:
                assert draft, "it was begun"
                draft = await drafts.save(tx, draft, page.slug, page.typed(values)[0], form="demo")
            role = PostForm.model_validate(values)
            await asking.send_for_approval(tx, id[0], role)
            await counting.ask(tx, (await posting.posted_as(tx, role))[0])
        return 2

    def _drafter(self, one: Mapping[str, Any]) -> Member:
        hand, of = self._past.member(one["by"], "coordinator"), one["of"]
        by_network = one["by"] == self._past.network
        return replace(hand, organisation_id=self._past.organisations[of], ods_code=of, by_network=by_network)

    def _values(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """As they are typed into the pages of a draft."""
        return {**one["typed"], **days_ahead(self._past.now, one["ahead"])}


def days_ahead(now: datetime, ahead: Mapping[str, int]) -> dict[str, str]:
    """So many days from now, in the three boxes of each."""
    found: dict[str, str] = {}
    for name, days in ahead.items():
        found |= apart(name, london_day(now + timedelta(days=days)))
    return found
