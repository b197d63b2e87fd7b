"""Lists that organisations bring in, for the tests: who sends them, what is in them, and the link in a message."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import httpx
from openpyxl import Workbook

from schemas.signed import ASKED_TO_JOIN
from services.chassis.http.signed_values import sign
from services.recruitment.domain.register.columns import guessed
from tests.recruitment.scene import Scene
from tests.recruitment.test_web import send
from tests.support import Person, form_key, member

IMPORT = "/people/for/{ods}/import"
HEADING = ["Name", "E-mail", "Postcode", "Year of birth", "Role", "Group", "From", "To", "Training", "Training date"]
ANN = ["Ann Example", "ann@people.example", "BN2 1AA", "1980", "Reader", "Patient panel", "1/2/2019", "2021", "", ""]
BEN = ["Ben Example", "ben@people.example", "", "", "", "", "", "", "Speaking up", "2020"]


def as_csv(*lines: Sequence[object], heading: Sequence[str] = HEADING, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([heading, *lines])
    return out.getvalue().encode(encoding)


def as_workbook(*lines: Sequence[object], merge: str = "", sheets: int = 1) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet
        for line in lines:
            sheet.append(list(line))  # pyright: ignore[reportAttributeAccessIssue]
        if merge:
            sheet.merge_cells(merge)  # pyright: ignore[reportAttributeAccessIssue]
    book.save(out)
    return out.getvalue()


@dataclass
class Lists:
    """A trust whose admin Ada brings in a list, and the network that releases it."""

    scene: Scene
    ada: Person
    chief: Person
    """An admin of the network."""

    async def sends(self, content: bytes, *, name: str = "people.csv", by: Person | None = None) -> httpx.Response:
        by = by or self.ada
        at = IMPORT.format(ods=by.memberships[0].ods_code)
        async with self.scene.recruitment.browser(by) as browser:
            key = form_key((await browser.get(at)).text)
            return await browser.post(at, data={"form_key": key}, files={"list": (name, content, "text/csv")})

    async def tries(self, content: bytes, *, by: Person | None = None, heading: Sequence[str] = HEADING) -> str:
        """The list is sent and its columns are as guessed; its address."""
        sent = await self.sends(content, by=by)
        assert sent.status_code == 303, sent.text
        at = sent.headers["location"]
        meanings = {f"column_{place}": code for place, code in enumerate(guessed(heading))}
        async with self.scene.recruitment.browser(by or self.ada) as browser:
            tried = await send(browser, at, meanings)
            assert tried.status_code == 303, tried.text
        return at.removesuffix("/columns")

    async def presses(self, by: Person, address: str) -> httpx.Response:
        """A button: the page on which it stands gives the key."""
        async with self.scene.recruitment.browser(by) as browser:
            page = await browser.get(address.rpartition("/")[0])
            answer = await browser.post(address, data={"form_key": form_key(page.text)})
        await self.scene.recruitment.settle()
        return answer

    async def brings_in(self, content: bytes, *, heading: Sequence[str] = HEADING) -> str:
        """The trust's list, released by the network; its address."""
        at = await self.tries(content, heading=heading)
        assert (await self.presses(self.ada, at + "/ask-release")).status_code == 303
        released = at.replace(f"/{self.scene.trust.ods_code}/import/", "/QNX/lists/")
        assert (await self.presses(self.scene.screener, released + "/release")).status_code == 303
        return at

    async def people(self) -> dict[str, tuple[UUID, UUID]]:
        """Called → application and person of everybody who is listed."""
        async with self.scene.recruitment.transaction() as tx:
            rows = await tx.fetch("select called, id, person_id from application where listed_by is not null")
        return {row["called"]: (row["id"], row["person_id"]) for row in rows}

    async def link(self, called: str) -> str:
        application_id, person_id = (await self.people())[called]
        return self.link_of(application_id, person_id)

    def link_of(self, application_id: UUID, person_id: UUID) -> str:
        said = {"application_id": str(application_id), "person_id": str(person_id)}
        secret = self.scene.recruitment.app.site.form_secret
        return "/join/asked/" + sign(secret, said, purpose=ASKED_TO_JOIN)

    async def answers(self, link: str, says: str) -> httpx.Response:
        async with self.scene.recruitment.browser() as browser:
            answer = await browser.post(link, data={"form_key": form_key((await browser.get(link)).text), "says": says})
        await self.scene.recruitment.settle()
        return answer

    async def rows(self) -> dict[str, int]:
        """How many rows of each table are about people of lists."""
        async with self.scene.recruitment.transaction() as tx:
            return {
                "application": await tx.fetchval("select count(*) from application where listed_by is not null"),
                "listed": await tx.fetchval("select count(*) from listed"),
                "declared": await tx.fetchval("select count(*) from declared"),
                "lines": await tx.fetchval("select count(*) from register_line"),
                "leader": await tx.fetchval("select count(*) from leader"),
            }


async def make_lists(scene: Scene) -> Lists:
    lists = Lists(
        scene, member(scene.trust, "admin", called="Ada"), member(scene.network, "admin", "screener", called="Cleo")
    )
    await scene.knows(lists.ada, lists.chief)
    return lists


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
