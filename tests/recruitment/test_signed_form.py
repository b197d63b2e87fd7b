"""The photo or scan of a signed form on paper: at phone entry and by the API, who sees it, and how long it is kept."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from PIL import Image

from services.chassis.base.access import london_day
from services.chassis.base.files.refusals import MOST_SENT_BYTES
from services.chassis.http.uploads import MAX_BODY_BYTES, MAX_UPLOAD_BYTES, STRANGERS_AT_ONCE
from services.chassis.operate.retention import FILES
from services.chassis.postgres import files
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import joining, pool
from tests.chassis import sent_files as sent
from tests.chassis.test_retention import do
from tests.recruitment.scene import FULL_NAME, WORDS, Scene
from tests.support import Person, form_key, member

PHONE = "/people/for/QNX/phone"
APPLICATION = {"full_name": FULL_NAME, "why": WORDS, "code_of_conduct": "1", "data_notice": "1"}
Sent = tuple[str, bytes, str]
PHOTO: Sent = ("My form.png", sent.taken_somewhere("PNG"), "image/png")


async def by_phone(scene: Scene, file: Sent | None, *, person: Person | None = None, **wrong: str) -> httpx.Response:
    """Entered on the page, with a file."""
    person = person or await scene.by_phone()
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"{PHONE}?account={person.id}")
        values = {**APPLICATION, "person_id": str(person.id), "form_key": form_key(page.text), **wrong}
        return await robin.post(PHONE, data=values, files={"signed_form": file} if file else None)


async def entered(scene: Scene, person: Person, file: Sent = PHOTO) -> UUID:
    answer = await by_phone(scene, file, person=person)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].partition("?")[0].rpartition("/")[2])


async def kept(scene: Scene) -> int:
    async with scene.recruitment.transaction() as tx:
        return await tx.fetchval("select count(*) from file")


async def test_a_photo_of_the_form_is_kept_with_the_application_and_shown_to_its_screeners(scene: Scene) -> None:
    pat = await scene.by_phone()
    id = await entered(scene, pat)
    address = f"/people/for/QNX/{id}/signed-form"
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"/people/for/QNX/{id}")
        assert f'<a class="nhsuk-link" href="{address}">Signed form (photo, ' in page.text
        shown = await robin.get(address)
        head = await robin.head(address)
    assert (shown.status_code, head.status_code, shown.headers["content-type"]) == (200, 200, "image/jpeg")
    assert head.headers["content-length"] == str(len(shown.content))
    assert shown.headers["content-disposition"] == 'inline; filename="My form.jpg"'
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["cache-control"] == "private, no-store"
    assert sent.WHERE.encode() not in shown.content
    assert Image.open(io.BytesIO(shown.content)).size == (640, 480)
    async with scene.recruitment.transaction() as tx:
        row = await tx.fetchrow("select person_id, organisation_id, made_by, erase_on from file where about = $1", id)
    assert row and tuple(row) == (pat.id, scene.network.id, scene.screener.id, files.WITH_ITS_THING)


async def test_a_pdf_is_an_attachment_with_its_name_whole(scene: Scene) -> None:
    id = await entered(scene, await scene.by_phone(), ("Überschrift.pdf", sent.armed_document(), "text/html"))
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "Signed form (PDF, 1 KB)" in (await robin.get(f"/people/for/QNX/{id}")).text
        shown = await robin.get(f"/people/for/QNX/{id}/signed-form", headers={"accept-encoding": "gzip"})
    assert shown.headers["content-type"] == "application/pdf"
    said = "attachment; filename=\"_berschrift.pdf\"; filename*=UTF-8''%C3%9Cberschrift.pdf"
    assert shown.headers["content-disposition"] == said
    assert "content-encoding" not in shown.headers
    assert shown.content.startswith(b"%PDF-") and b"JavaScript" not in shown.content


async def test_the_person_sees_their_form_once_they_sign_in_and_nobody_else_does(scene: Scene) -> None:
    pat, clerk = await scene.by_phone(), member(scene.network, "coordinator", called="Jo")
    await scene.knows(clerk)
    id = await entered(scene, pat)
    async with scene.recruitment.browser(pat) as client:
        assert "Signed form (photo, " in (await client.get("/join/mine")).text
        assert (await client.get("/join/mine/signed-form")).content.startswith(b"\xff\xd8")
        assert (await client.get(f"/people/for/QNX/{id}/signed-form")).status_code == 404
    others = [(scene.sam, "QNX", 404), (scene.trust_screener, "QNX", 404), (scene.trust_screener, "RX2", 404)]
    others += [(scene.coordinator, "RX2", 403), (clerk, "QNX", 403)]
    for person, ods, status in others:
        async with scene.recruitment.browser(person) as client:
            assert (await client.get(f"/people/for/{ods}/{id}/signed-form")).status_code == status, person.called
            assert (await client.get("/join/mine/signed-form")).status_code == 404
        async with scene.recruitment.api(person) as client:
            path = f"/organisations/{ods}/applications/{id}/signed-form"
            not_there = 403 if (person, ods) == (scene.trust_screener, "RX2") else status
            assert (await client.get(path)).status_code == not_there
            assert (await client.put(path, content=sent.photo())).status_code == not_there
    async with scene.recruitment.browser(scene.screener) as robin:
        assert (await robin.get(f"/people/for/QNX/{new_id()}/signed-form")).status_code == 404
        without = await by_phone(scene, None, person=await scene.by_phone("Ivy"))
        assert "Signed form" not in (await robin.get(without.headers["location"])).text
        assert (await robin.get(without.headers["location"].partition("?")[0] + "/signed-form")).status_code == 404
    async with scene.recruitment.browser() as visitor:
        assert (await visitor.get("/join/mine/signed-form")).status_code == 303
    assert await kept(scene) == 1


async def test_row_level_security_shows_a_file_to_its_person_its_organisation_and_the_system(scene: Scene) -> None:
    pat = await scene.by_phone()
    id = await entered(scene, pat)
    seen = (pat.acting(), scene.screener.acting(scene.network))
    hidden = (scene.sam.acting(), scene.trust_screener.acting(scene.trust))
    for acting in (*seen, *hidden):
        async with scene.recruitment.transaction(acting) as tx:
            found = await files.newest(tx, id, "signed_form")
            assert (found is not None) == (acting in seen)
            if acting in hidden:
                await files.forget_about(tx, id)
    assert await kept(scene) == 1


async def test_a_form_sent_twice_keeps_one_file_and_another_file_under_its_key_is_not_kept(scene: Scene) -> None:
    pat = await scene.by_phone()
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"{PHONE}?account={pat.id}")
        values = {**APPLICATION, "person_id": str(pat.id), "form_key": form_key(page.text)}
        first, second = [await robin.post(PHONE, data=values, files={"signed_form": PHOTO}) for _ in range(2)]
        assert first.headers["location"] == second.headers["location"]
        other = await robin.post(PHONE, data=values, files={"signed_form": ("a.jpg", sent.photo(), "image/jpeg")})
        without = await robin.post(PHONE, data=values)
    for again in (other, without):
        assert again.status_code == 409
        assert "You have sent this form already" in again.text
        assert APPLICATION["why"] in again.text
    assert "Choose the file again" in other.text
    assert (await kept(scene), await scene.names()) == (1, ["ApplicationSent", "RecruitmentHelpGiven"])


def refused() -> list[tuple[Sent, str]]:
    return [
        (("form.jpg", b"I am a text", "image/jpeg"), "This file is something else"),
        (("form.jpg", sent.NO_PICTURE, "image/jpeg"), "This file is"),
        (("form.svg", sent.SVG, "image/svg+xml"), "This file is something else"),
        (("form.heic", sent.HEIC, "image/heic"), "a screenshot"),
        (("form.png", sent.png_bomb(), "image/png"), "50 million dots"),
        (("form.jpg", sent.noisy()[:9000], "image/jpeg"), "damaged"),
        (("form.pdf", sent.locked("x"), "application/pdf"), "without a password"),
        (("form.jpg", bytes(MOST_SENT_BYTES + 100_000), "image/jpeg"), "larger than 5 MB"),
        (("form.jpg", b"", "image/jpeg"), "This file is empty"),
    ]


async def test_a_file_that_is_refused_loses_nothing_that_was_typed(scene: Scene) -> None:
    pat = await scene.by_phone()
    for file, words in refused():
        answer = await by_phone(scene, file, person=pat)
        assert (answer.status_code, 'href="#signed_form"' in answer.text) == (422, True), words
        assert words in answer.text
        assert WORDS in answer.text
    assert (await kept(scene), await scene.names()) == (0, [])


async def test_a_form_that_is_shown_again_says_that_the_file_is_to_be_chosen_again(scene: Scene) -> None:
    pat = await scene.by_phone()
    wrong = await by_phone(scene, PHOTO, person=pat, why="")
    assert (wrong.status_code, "Enter what brings them" in wrong.text, "Choose the file again" in wrong.text) == (
        422,
        True,
        True,
    )
    plain = await by_phone(scene, None, person=pat, why="")
    assert "Choose the file again" not in plain.text
    for key in ("", "made.up"):
        stale = await by_phone(scene, PHOTO, person=pat, form_key=key)
        assert stale.status_code == 403
        assert 'enctype="multipart/form-data"' in stale.text
        assert 'name="signed_form" type="file"' in stale.text
    async with scene.recruitment.browser() as visitor:
        late = await visitor.post(PHONE, data=APPLICATION, files={"signed_form": PHOTO})
    assert (late.status_code, 'name="signed_form" type="file"' in late.text) == (401, True)
    assert await kept(scene) == 0


async def test_only_a_route_that_takes_a_file_takes_one_and_none_takes_a_huge_one(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        values = {**APPLICATION, "form_key": form_key((await sam.get("/join/apply/name")).text)}
        assert (await sam.post("/join/apply/name", data=values, files={"signed_form": PHOTO})).status_code == 400
        assert (await sam.post("/join/apply/name", data=values | {"why": "x" * 300_000})).status_code == 413
    huge = await by_phone(scene, ("a.jpg", bytes(MAX_UPLOAD_BYTES + 1), "image/jpeg"))
    assert (huge.status_code, "larger than 5 MB" in huge.text) == (413, True)
    async with scene.recruitment.browser(scene.screener) as robin:
        values["form_key"] = form_key((await robin.get(PHONE)).text)
        elsewhere = await robin.post(PHONE, data=values, files={"why": PHOTO})
        both = await robin.post(PHONE, data=values, files=[("signed_form", PHOTO), ("signed_form", PHOTO)])
        text = await robin.post(PHONE, data=values | {"why": "x" * 250_000}, files={"signed_form": PHOTO})
        more = await robin.post(PHONE, data=values | {f"f{n}": "x" * 200_000 for n in range(3)}, files={"a": PHOTO})
    assert (elsewhere.status_code, both.status_code, text.status_code, more.status_code) == (400, 400, 422, 400)
    assert await scene.names() == []


async def test_only_a_few_who_were_not_let_in_have_a_large_body_read_at_once(scene: Scene) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()
    form = {"content-type": "multipart/form-data; boundary=x"}

    async def slowly() -> AsyncIterator[bytes]:
        yield b'--x\r\ncontent-disposition: form-data; name="signed_form"; filename="a.jpg"\r\n\r\n'
        yield bytes(MAX_BODY_BYTES + 1)
        asked.set()
        await go_on.wait()
        yield b"\r\n--x--\r\n"

    async with scene.recruitment.browser() as visitor:
        slow: list[asyncio.Task[httpx.Response]] = []
        for _ in range(STRANGERS_AT_ONCE):
            asked.clear()
            slow.append(asyncio.create_task(visitor.post(PHONE, content=slowly(), headers=form)))
            await asked.wait()
        large = ("a.jpg", bytes(MAX_BODY_BYTES + 1), "image/jpeg")
        assert (await visitor.post(PHONE, data=APPLICATION, files={"signed_form": large})).status_code == 503
        assert (await visitor.post(PHONE, data=APPLICATION, files={"signed_form": PHOTO})).status_code == 401
        assert (await by_phone(scene, PHOTO)).status_code == 303
        go_on.set()
        assert {answer.status_code for answer in await asyncio.gather(*slow)} == {401}
        assert (await visitor.post(PHONE, data=APPLICATION, files={"signed_form": large})).status_code == 401


async def test_a_file_is_kept_though_a_newer_version_has_just_changed_a_table(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request is done again from its start, and nobody has remembered the bytes of a file for that."""
    send, tries = joining.send_application, 0

    async def send_at_last(*given: Any, **more: Any) -> UUID:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise asyncpg.InvalidCachedStatementError("cached plan must not change result type")
        return await send(*given, **more)

    monkeypatch.setattr(joining, "send_application", send_at_last)
    file = ("form.jpg", sent.noisy(size=(1500, 1200)), "image/jpeg")
    assert len(file[1]) > 2 * MAX_BODY_BYTES
    assert (await by_phone(scene, file)).status_code == 303
    assert (tries, await kept(scene)) == (2, 1)


async def test_names_that_lead_elsewhere_or_mislead_are_made_safe(scene: Scene) -> None:
    for given, name in (
        ("../../etc/passwd", "passwd.jpg"),
        ("form\u202egpj.exe", "formgpj.jpg"),
        ("a\0b.jpg", "ab.jpg"),
    ):
        pat = await scene.by_phone(name)
        async with scene.recruitment.browser(scene.screener) as robin:
            page = await robin.get(f"{PHONE}?account={pat.id}")
            values = {**APPLICATION, "person_id": str(pat.id), "form_key": form_key(page.text)}
            done = await robin.post(PHONE, content=multipart(values, given, sent.photo()), headers=MULTIPART)
            shown = await robin.get(done.headers["location"].partition("?")[0] + "/signed-form")
        assert shown.headers["content-disposition"] == f'inline; filename="{name}"'


MULTIPART = {"content-type": "multipart/form-data; boundary=xyz"}


def multipart(values: dict[str, str], name: str, content: bytes) -> bytes:
    """As a program writes it that does not mind what stands in a name."""
    parts = [f'name="{field}"\r\n\r\n{value}'.encode() for field, value in values.items()]
    parts.append(f'name="signed_form"; filename="{name}"\r\n\r\n'.encode() + content)
    return b"".join(b"--xyz\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--xyz--\r\n"


async def test_a_file_goes_with_its_application_and_with_its_person(scene: Scene) -> None:
    pat, ivy, kit = [await scene.by_phone(called) for called in ("Pat", "Ivy", "Kit")]
    ids = [await entered(scene, one) for one in (pat, ivy, kit)]
    await scene.decline(ids[0])
    await scene.approve(ids[1])
    async with scene.recruitment.transaction() as tx:
        last = await tx.fetchval("select erase_on from file where about = $1", ids[0])
        assert last == london_day(tx.now) + timedelta(days=366)
        assert await tx.fetchval("select erase_on from file where about = $1", ids[1]) == files.WITH_ITS_THING
        tx.now += timedelta(days=366)
        assert await joining.erase_unsuccessful_applications(tx) == 1
    assert await kept(scene) == 2
    async with scene.recruitment.transaction() as tx:
        await pool.forget_person(tx, ivy.id)
    assert await kept(scene) == 1


async def test_a_file_is_erased_on_its_day_not_before(scene: Scene) -> None:
    ids = [await entered(scene, await scene.by_phone(called)) for called in ("Pat", "Ivy", "Kit")]
    async with scene.recruitment.transaction() as tx:
        today = london_day(tx.now)
        for id, day in zip(ids, (today, today + timedelta(days=1), files.WITH_ITS_THING), strict=True):
            await files.erase_about(tx, id, on=day)
    await do(scene.recruitment, FILES)
    async with scene.recruitment.transaction() as tx:
        left = [row["about"] for row in await tx.fetch("select about from file order by erase_on")]
    assert left == ids[1:]


async def test_the_api_takes_a_form_once_replaces_it_while_the_application_waits_and_gives_it_back(
    scene: Scene,
) -> None:
    id = await scene.send()
    path = f"/organisations/QNX/applications/{id}/signed-form"
    async with scene.recruitment.api(scene.screener) as robin, scene.recruitment.api(scene.sam) as sam:
        assert (await robin.get(f"/organisations/QNX/applications/{id}")).json()["signed_form"] is None
        key = {"idempotency-key": "one"}
        first, again = [await robin.put(path, content=PHOTO[1], params={"name": "a/b.png"}, headers=key) for _ in "12"]
        assert (first.status_code, first.json()) == (200, again.json())
        assert first.json()["signed_form"]["name"] == "b.jpg"
        other = await robin.put(path, content=sent.document(), headers=key)
        assert other.json()["type"].endswith("#same-key-other-body")
        assert (await robin.put(path, content=sent.document())).status_code == 200
        shown = await sam.get("/mine/application/signed-form")
        assert shown.content == (await robin.get(path)).content
        mine = (await sam.get("/mine/application")).json()["application"]["signed_form"]
        assert (mine["media_type"], mine["size"]) == ("application/pdf", len(shown.content))
        for content, status, slug in (
            (b"text", 422, "file-of-another-kind"),
            (b"", 422, "file-empty"),
            (bytes(MOST_SENT_BYTES + 1), 413, "file-too-large"),
        ):
            refused = await robin.put(path, content=content)
            assert (refused.status_code, refused.json()["type"]) == (status, f"/developers/problems#{slug}")
        await scene.approve(id)
        late = await robin.put(path, content=sent.photo())
        assert (late.status_code, late.json()["type"]) == (409, "/developers/problems#already-answered")
    assert await kept(scene) == 1
