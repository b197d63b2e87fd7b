"""What a person looks for besides what their profile says: a search that they keep. Pure."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.refusals import Refused

MOST_SEARCHES = 20
"""So many searches one person keeps."""


class TooManySearches(Refused, slug="too-many-searches", title="You keep 20 searches", status=409):
    """You keep 20 searches, and there can be no more. Take one out first, then keep this one."""


class NothingLookedFor(Refused, slug="nothing-looked-for", title="Choose what to look for", status=422):
    """Choose something that the roles should have, like a kind of work. A search for everything finds everything."""


class UnknownOrganisation(Refused, slug="unknown-organisation", status=422, field="organisation"):
    """We know no organisation with this code. Choose one from the list of opportunities."""


@dataclass(frozen=True)
class Wish:
    """Roles that a person asks for. None: any. `kind`: of role; `when`: a part of the week, or a name for several;
    `near`, `miles`: a district, and so far from it. `organisation`: what that is called, for its words alone.
    """

    strand: str | None = None
    mode: str | None = None
    organisation_id: UUID | None = None
    paid: bool | None = None
    job: bool | None = None
    words: str | None = None
    kind: str | None = None
    condition: str | None = None
    access: str | None = None
    when: str | None = None
    near: str | None = None
    miles: int | None = None
    organisation: str = ""

    @property
    def says_something(self) -> bool:
        chosen = (self.strand, self.mode, self.organisation_id, self.paid, self.job, self.words)
        more = (self.kind, self.condition, self.access, self.when, self.near)
        return any(one is not None for one in (*chosen, *more))
