"""A role of 500 people and 60 sessions, a coordinator of 200 roles: each page of a list stays short and asks little."""

import time
from collections.abc import Iterator

from tests.asking import asked
from tests.chassis import many_pages
from tests.support import Connected, Database, Person

MOST_STATEMENTS, MOST_BYTES = 6, 60_000
"""Of HTML, not compressed. All that a request asks is counted: who asks and for which organisation too."""
ON_PAPER = ("/sheet", "/phones")
"""Sheets that are printed have all people at once."""
MOST_OF_ONE = 12
"""Statements of a page that is about one thing, and shows all that belongs to it."""


def pages(of: many_pages.Large) -> Iterator[tuple[Connected, Person | None, str]]:
    staff, ods, role = of.coordinator, of.trust.ods_code, of.role
    past, coming = role.sessions[29].id, role.sessions[31].id
    intakes, mine = f"/engagements/for/{ods}", f"/engagements/mine/{of.mine}"
    for address in (
        f"/{role.id}",
        f"/{of.asked.id}",
        f"/{role.id}?status=accepted",
        f"/{of.asked.id}?status=reserve&sort=turn",
        f"/{role.id}/sessions",
        f"/{role.id}/sessions/{past}",
        f"/{role.id}/sessions/{coming}",
        f"/{role.id}/sessions/{past}?words=Samantha",
        f"/{role.id}/sessions/{past}/page",
        f"/{role.id}/sessions/{coming}/sheet",
        "/unanswered",
    ):
        yield of.engagements, staff, intakes + address
    own = f"/opportunities/for/{ods}"
    for address in (
        "",
        "/start",
        "/start/forum",
        "/templates",
        "/drafts",
        f"/{role.id}",
        f"/{role.id}/sessions/cancel",
        f"/{role.id}/sessions/{coming}",
    ):
        yield of.matching, staff, own + address
    yield of.notifications, staff, f"/messages/for/{ods}/roles/{role.id}/phones"
    yield of.notifications, staff, f"/home/for/{ods}"
    yield of.notifications, staff, "/home"
    yield of.notifications, of.person, "/home"
    for address in ("conversations", f"roles/{role.id}/write"):
        yield of.notifications, staff, f"/messages/for/{ods}/{address}"
    for address in ("/engagements/mine", mine, f"{mine}/sessions", f"{mine}/sessions/{past}"):
        yield of.engagements, of.person, address
    for address in ("/opportunities", f"/opportunities/{role.id}"):
        yield of.matching, None, address


async def test_each_page_of_a_large_role_and_of_many_is_short_and_asks_little(database: Database) -> None:
    of = await many_pages.make(database)
    above: list[str] = []
    for room, who, address in pages(of):
        async with room.browser(who) as browser:
            with asked() as found:
                begun = time.perf_counter()
                answer = await browser.get(address)
                took = time.perf_counter() - begun
        assert answer.status_code == 200, (address, answer.text[:2000])
        line = f"{len(found)} statements, {len(answer.content):,} bytes, {took * 1000:.0f} ms: {address}"
        print(line)
        paper = address.endswith(ON_PAPER)
        of_one = (
            f"/mine/{of.mine}" in address or "/start/" in address
        )  # a template, and all that its draft could choose from
        most = MOST_OF_ONE if of_one or paper else MOST_STATEMENTS
        if len(found) > most or (len(answer.content) > MOST_BYTES and not paper):
            above += [line, *found]
    assert not above, "\n".join(above)
