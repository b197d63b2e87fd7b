"""What stands above every page: the menu, and for staff the bar of the organisation that they act for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from schemas.identity import Organisation
from schemas.links import StaffPage
from services.chassis.base.hands import Member

NETWORK = "network"


@dataclass(frozen=True)
class HeaderItem:
    """One link of the menu that every page has, and who is shown it."""

    text: str
    href: str
    when: Literal["always", "signed_in", "signed_out"] = "always"


@dataclass(frozen=True)
class Here:
    """Where the visitor is: the page's path, and which link of the menu and of the bar it lies under ("" if none)."""

    path: str
    item: str
    page: str = ""


@dataclass(frozen=True)
class WorksFor:
    """The organisation whose bar is shown, and what its member may open of it."""

    name: str
    ods_code: str
    roles: frozenset[str]
    is_network: bool
    is_own: bool = True
    """A member of it or of its host; else somebody of the network, who only looks after its staff."""

    def pages(self, all_pages: Sequence[StaffPage]) -> list[HeaderItem]:
        """Those that would let this member in."""
        return [HeaderItem(p.words, p.address.format(ods=self.ods_code)) for p in all_pages if self._opens(p)]

    def _opens(self, page: StaffPage) -> bool:
        if not self.is_own:
            return page.network_opens
        return (not page.roles or bool(page.roles & self.roles)) and (self.is_network or not page.of_network)


def show_bar(request: Request, member: Member, organisation: Organisation | None, *, is_own: bool = True) -> None:
    """From now on the pages of this request have the organisation's bar; none is shown of one not heard of yet."""
    if organisation is not None:
        is_network = organisation.kind == NETWORK
        request.state.works_for = WorksFor(organisation.name, member.ods_code, member.roles, is_network, is_own)


def where(path: str, menu: Sequence[HeaderItem], bar: Sequence[HeaderItem] = ()) -> Here:
    """The longest of the links that the path lies under; of the menu only where the bar has none."""
    page = _above(path, bar)
    return Here(path, "" if page else _above(path, menu), page)


def _above(path: str, items: Sequence[HeaderItem]) -> str:
    above = [item.href for item in items if path == item.href or path.startswith(item.href.rstrip("/") + "/")]
    return max(above, key=len, default="")
