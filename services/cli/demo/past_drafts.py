"""Roles of the demo region that are not posted yet: where one is checked there is advice, and about whom it fits."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.chassis.base.periods import london_day
from services.chassis.base.typed.days import apart
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.transaction import new_id
from services.cli.demo.past import Past, Step
from services.cli.demo.past_asked import days_ahead
from services.cli.demo.region import history
from services.matching.commands import counting, posting
from services.matching.forms import PostForm
from services.matching.web.drafting import POSTING


class Drafts:
    """Each is typed by the organisation's coordinator, page by page."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        return [(one["days"], partial(self._draft, one)) for one in history()["drafts"]]

    async def _draft(self, one: Mapping[str, Any]) -> int:
        values = {**one["typed"], **days_ahead(self._past.now, one["ahead"]), "pay": str(self._past.rates[one["pay"]])}
        async with self._past.as_member("matching", one["by"], "coordinator") as tx:
            values |= apart("status_on", london_day(tx.now))
            pages = {page.slug: page.typed(values)[0] for page in POSTING.pages}
            owner = Owner(organisation_id=tx.acting.organisation_id)
            await drafts.make(tx, POSTING.kind, owner, new_id(), pages=pages)
            role, _ = await posting.posted_as(tx, PostForm.model_validate(values))
            await counting.ask(tx, role)
        return 2
