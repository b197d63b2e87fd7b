"""On a helper's page each address of the person's own leads to the helper's address of the same thing.

It is done once, where a page becomes an answer and where an answer leads on, and by nobody else: templates, commands
and events give one's own addresses. What stands in an attribute is escaped, so no text that somebody typed looks like
one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from fastapi import Request

from schemas.helping import for_person
from schemas.links import HOME
from services.chassis.http.header import HeaderItem

_ADDRESS = re.compile(r'(?<=\s)(href|action)="(/[^"]*)"')


@dataclass(frozen=True)
class Helping:
    """For whom a page is opened, and for which organisation. `reference`: "" of somebody not in the pool yet."""

    ods: str
    person_id: UUID
    called: str
    reference: str
    organisation: str

    @property
    def home(self) -> str:
        """Where everything starts that can be done for the person."""
        return self.address(HOME)

    def address(self, own: str) -> str:
        return for_person(own, self.ods, self.person_id)

    def menu(self, items: Sequence[HeaderItem]) -> list[HeaderItem]:
        """The menu of every page, as the person's; what is the same for everybody is left out."""
        theirs = [replace(item, href=self.address(item.href)) for item in items if self.address(item.href) != item.href]
        return [replace(item, text=_theirs(item.text)) for item in theirs]

    def addressed(self, html: str) -> str:
        """The page with every address of the person's own led to the helper's."""

        def mapped(found: re.Match[str]) -> str:
            return f'{found[1]}="{self.address(found[2])}"'

        return _ADDRESS.sub(mapped, html)


def _theirs(words: str) -> str:
    """ "My roles" is "Roles" in the menu of somebody else's pages."""
    plain = words.removeprefix("My ")
    return plain[:1].upper() + plain[1:]


def helping(request: Request) -> Helping | None:
    """Whom the page is opened for; None of one's own."""
    return getattr(request.state, "helping", None)


def leads(request: Request, own: str) -> str:
    """Where an act of this page leads, given as one's own address."""
    whom = helping(request)
    return whom.address(own) if whom else own
