"""A role says where people come, by the district of its postcode, and which languages are wanted."""

import json
from typing import Any
from uuid import UUID

import pytest

from schemas.identity import OrganisationChanged, Venue
from schemas.words import LANGUAGE
from services.chassis.base.districts import at_the_end
from services.chassis.postgres.transaction import new_id
from services.matching.store import opportunities as store
from tests.matching.beginning import press, text
from tests.matching.posting import NEW, fill_in, send, typed
from tests.matching.test_beginning import drafts
from tests.matching.test_changing import PLACE, as_shown
from tests.matching.test_jobs import job
from tests.matching.world import a_trust, draft, everything, post
from tests.support import Connected, hidden, led_to, save_page

API = "/organisations/RX2/opportunities"
MANY = ", ".join([*LANGUAGE.values()][:21])
PEOPLE: dict[str, Any] = {"expertise_level": "none", "support": "Sal rings you."}


def body(**said: object) -> dict[str, Any]:
    """A posting by the API to which people come, with nothing but this said of where."""
    whole = json.loads(draft().model_dump_json(exclude_none=True, exclude={"place", "getting_in", "languages"}))
    return {**whole, "mode": "hybrid", "getting_in": "A door.", "place": "Room 4, Example House", **said}


async def role(matching: Connected, id: str | UUID) -> Any:
    async with matching.transaction() as tx:
        found = await store.get(tx, UUID(str(id)))
    assert found
    return found.opportunity


async def test_where_people_come_and_what_they_speak_is_asked_once_and_read_by_everybody(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one, matching.browser() as anybody:
        page = await one.get(f"{NEW}/when")
        assert "The first part of its postcode" in text(page) and "Crown copyright" in text(page)
        assert "Panjabi" in text(await one.get(f"{NEW}/people"))
        at = await fill_in(one, district=" bn2 4 kk", languages="polish, Punjabi and English")
        shown = text(await one.get(f"{at}/check"))
        for words in ("Where Room 4, Example House, BN2 ", "English, Polish or Panjabi: one of them is enough"):
            assert words in shown, words
        id = led_to(await send(one, at)).rpartition("/")[2]
        said = await role(matching, id)
        assert (said.district, said.languages) == ("BN2", ("en", "pl", "pa")), "no more of the postcode is kept"
        public = text(await anybody.get(f"/opportunities/{id}"))
        assert "Where Room 4, Example House, BN2 " in public
        assert "Language that you speak English, Polish or Panjabi: one of them is enough" in public
        assert "BN2" in text(await one.get(f"/opportunities/for/RX2/{id}"))
        [item] = (await anybody.get("/feeds/opportunities.json")).json()["items"]
        assert item["_opportunity"]["district"] == "BN2" and item["_opportunity"]["languages"] == ["en", "pl", "pa"]
        csv = (await anybody.get("/opportunities?format=csv")).text
        assert "First part of the postcode" in csv and "BN2" in csv and "English, Polish, Panjabi" in csv
        copied = await press(one, f"/opportunities/for/RX2/{id}", f"/opportunities/for/RX2/{id}/copy")
        there = copied.rpartition("/")[0]
        assert 'value="English, Polish, Panjabi"' in (await one.get(f"{there}/people")).text
        assert 'value="BN2"' in (await one.get(f"{there}/when")).text


@pytest.mark.parametrize(
    ("place", "district", "kept"),
    [
        ("Village hall, The Green, bn8 3ck", None, "BN8"),
        ("Village hall (BN83CK).", "", "BN8"),
        ("Village hall, BN8 3CK", "bn8", "BN8"),
        ("Village hall, BN8 3CK", "BN8 3CK", "BN8"),
        ("Ward B12, room 4", "ＳＷ１Ａ", "SW1A"),
        ("BN8 3CK, the hall behind it", "SW1A 1ZZ", "SW1A"),
        ("City Hospital, BT9 7AB", "BT9 7AB", "BT9"),
    ],
)
def test_a_district_is_read_of_what_is_typed_or_of_the_postcode_with_which_the_place_ends(
    place: str, district: str | None, kept: str
) -> None:
    assert draft(mode="in_person", place=place, district=district).district == kept


@pytest.mark.parametrize("place", ["Room E1 2", "Ward N1 2nd floor", "QQ9 1AA", "", "House BN81AAX", "ABN8 3CK"])
def test_what_is_no_postcode_at_the_end_of_a_place_gives_no_district(place: str) -> None:
    assert at_the_end(place) == ""


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, "district", "like BN2: people hear of it who live near enough"),
    ({"district": " \u200b "}, "district", "like BN2"),
    ({"district": "QQ1 1AA"}, "district", "QQ1 is not in today's list of districts"),
    ({"district": "Brighton"}, "district", "Enter the first part of its postcode, like BN2"),
    ({"district": "12 Mill Lane, Leeds"}, "district", "Enter the first part of its postcode, like BN2"),
    ({"district": "BT"}, "district", "Enter the first part of its postcode, like BN2"),
    ({"district": "\u202eBN2"}, "district", "hidden character"),
    ({"district": "B" * 41}, "district", "40 characters at most"),
    ({"district": "BN3", "place": "Hall, BN2 7CK"}, "district", "ends with a postcode of BN2, and here is BN3"),
    ({"mode": "remote", "place": "", "getting_in": "", "district": "BN2"}, "district", "leave the first part"),
    ({"district": "BN2", "languages": "Polish, Klingon"}, "languages", "“klingon”"),
    ({"district": "BN2", "languages": MANY}, "languages", "at most 20 languages"),
    ({"district": "BN2", "languages": "Chinese"}, "languages", "Cantonese or Mandarin"),
    ({"district": "BN2", "languages": "BSL"}, "languages", "Tick an interpreter below"),
]


async def test_what_cannot_be_is_refused_in_words_by_page_and_by_api_and_nothing_typed_is_lost(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    before = await everything(matching)
    async with matching.api(staff) as api, matching.browser(staff) as one:
        page, people = f"{NEW}/when", f"{NEW}/people"
        for said, field, why in WRONG:
            answer = await api.post(API, json=body(**said))
            assert answer.status_code == 422, said
            assert why in answer.json()["errors"][field], (said, answer.text)
            at = people if field == "languages" else page
            filled = typed("people" if field == "languages" else "when") | {"district": ""} | said
            filled = {name: value for name, value in filled.items() if name in typed(at.rpartition("/")[2])}
            shown = await save_page(one, at, filled)
            assert shown.status_code == 422 and why in text(shown), (said, text(shown))
            if (kept := str(filled[field])).isprintable():
                assert f'value="{kept}"' in shown.text.replace("&#34;", '"'), "as it was typed"
        for odd in ([], {}, 5, True, ["BN2"], {"code": "BN2"}):
            answer = await api.post(API, json=body(district=odd))
            assert answer.status_code == 422 and "district" in answer.json()["errors"], odd
        for odd in (5, {"pl": True}, [["pl"]], ["pl"] * 100 + ["xx"], [None]):
            answer = await api.post(API, json=body(district="BN2", languages=odd))
            assert answer.status_code == 422 and "languages" in str(answer.json()["errors"].keys()), odd
        assert (await api.post("/organisations/RX2/jobs", json=job(district=""))).status_code == 422
    assert await everything(matching) == before


async def test_a_program_of_before_posts_where_the_place_ends_with_its_postcode_and_online_as_ever(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    async with matching.api(staff) as api:
        ids = [
            (await api.post(API, json=body(**said))).json()["id"]
            for said in ({"place": "Hall, BN2 7CK"}, {"mode": "remote", "place": "", "getting_in": ""})
        ]
        ids.append((await api.post("/organisations/RX2/jobs", json=job(district="BN2 7CK"))).json()["id"])
        assert [(await role(matching, id)).district for id in ids] == ["BN2", None, "BN2"]
        alone = (await api.post(API, json=body(district="BN2", languages=["en"]))).json()["id"]
        assert (await role(matching, alone)).languages == (), "English asks for nothing"


async def test_it_is_changed_and_read_as_it_was_before_and_a_program_that_does_not_know_it_takes_nothing_away(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff, mode="hybrid", languages=["pl"])
    at, own = f"{API}/{id}", f"/opportunities/for/RX2/{id}"
    here = {**PLACE, "mode": "hybrid", "place": "Room 4, Example House"}
    of_before = {name: said for name, said in here.items() if name != "district"}
    async with matching.api(staff) as api, matching.browser(staff) as one, matching.browser() as anybody:
        for path, sent in (("when", of_before | {"bring": "Glasses"}), ("people", PEOPLE)):
            assert (await api.put(f"{at}/{path}", json=sent)).status_code == 200, sent
        said = await role(matching, id)
        assert (said.district, said.languages, said.bring) == ("BN2", ("pl",), "Glasses")
        elsewhere = await api.put(f"{at}/when", json=of_before | {"place": "The new hall"})
        assert (
            elsewhere.status_code == 422 and "People come somewhere else now" in elsewhere.json()["errors"]["district"]
        )
        for moved, district in (
            ({"place": "The new hall, BN8 3CK"}, "BN8"),
            ({"mode": "remote", "place": "", "getting_in": ""}, None),
            ({"mode": "in_person", "place": "Hall, BN2 7CK", "district": "bn27ck"}, "BN2"),
        ):
            assert (await api.put(f"{at}/when", json=of_before | moved)).status_code == 200, moved
            assert (await role(matching, id)).district == district
        now = await role(matching, id)
        assert now.changed.parts == ("place",)
        page = await one.get(f"{own}/change/when")
        assert 'value="BN2"' in page.text
        assert 'value="Polish"' in (await one.get(f"{own}/change/people")).text
        for typed_in, words in (("BN3", "and here is BN3"), ("", "The reason: The right door")):
            sent = {**PLACE, "place": "Hall, BN2 7CK", "district": typed_in, "mode": "hybrid"} | _no_day()
            sent |= {"why": "The right door"}
            saved = await save_page(one, f"{own}/change/when", sent)
            saved = saved if saved.status_code == 422 else await one.get(led_to(saved))
            assert words in text(saved), text(saved)
        answered = PEOPLE | {"languages": "Urdu", "why": "The leaflet is in Urdu."}
        assert (await save_page(one, f"{own}/change/people", answered)).status_code == 303
        assert (await role(matching, id)).changed.parts == ("people",)
        told = text(await anybody.get(f"/opportunities/{id}/changes"))
        for words in (
            "Languages: you speak one of them: before: Polish. Now: Urdu",
            "First part of the postcode there: before: BN8. Now: Nothing was said",
        ):
            assert words in told, words


async def test_roles_and_drafts_of_before_stay_as_they_are_and_are_asked_when_their_place_is_said_anew(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff, mode="hybrid")
    async with matching.transaction() as tx:
        await tx.execute("update opportunity set state = state - 'district' - 'languages' where id = $1", id)
    own = f"/opportunities/for/RX2/{id}"
    async with matching.api(staff) as api, matching.browser(staff) as one:
        found = (await api.get(f"/opportunities/{id}")).json()
        assert (found["district"], found["languages"]) == (None, [])
        assert "Where Room 4, Example House " in text(await one.get(f"/opportunities/{id}"))
        same = {**PLACE, "mode": "hybrid", "place": found["place"], "time_commitment": "An hour"}
        sent = {name: said for name, said in same.items() if name != "district"}
        assert (await api.put(f"{API}/{id}/when", json=sent)).status_code == 200, "what does not change is not asked"
        asked = await save_page(one, f"{own}/change/when", same | {"district": ""} | _no_day())
        assert asked.status_code == 422 and "like BN2" in text(asked)
        copied = (await api.get(f"{API}/{id}/copy")).json()
        assert "district" in copied["unanswered"] and "languages" not in copied["unanswered"]
        at = await fill_in(one)
        async with matching.transaction() as tx:
            await tx.execute(
                "update draft set answers = answers #- '{when,typed,district}' #- '{people,typed,languages}'"
            )
        check = text(await one.get(f"{at}/check"))
        assert "Enter the first part of its postcode, like BN2" in check
        assert (await save_page(one, f"{at}/when", typed("when"))).status_code == 303
        assert led_to(await send(one, at)).startswith("/opportunities/for/RX2/")


def _no_day() -> dict[str, str]:
    return {f"term_until_{part}": "" for part in ("day", "month", "year")}


async def test_a_venue_that_the_organisation_keeps_is_filled_in_by_one_press_and_can_be_changed(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    hall = Venue(
        id=new_id(), name="Village <b>hall</b>", address="The Green\nChalk Valley", postcode="BN8 3CK", access="A ramp."
    )
    long = hall.model_copy(update={"id": new_id(), "name": "Long hall", "address": "x" * 300, "access": "y" * 900})
    async with matching.browser(staff) as one:
        assert "Is it one of your venues?" not in text(await one.get(f"{NEW}/when"))
        await matching.hears_and_settles(OrganisationChanged(trust.with_changes(version=2, venues=(hall, long))))
        assert "Village <b>hall</b>, BN8 3CK" in (offered := text(await one.get(f"{NEW}/when"))), offered
        assert "Is it one of your venues? They are at the end of this page." in offered
        mine = {**typed("when"), "place": "Room 9", "bring": "Glasses", "district": ""}
        at = led_to(await save_page(one, f"{NEW}/when", mine | {"then": f"mend:venue.{hall.id}"}))
        filled = (await one.get(at)).text
        for value in ("Village &lt;b&gt;hall&lt;/b&gt;, The Green, Chalk Valley, BN8 3CK", "BN8", "Glasses"):
            assert f'value="{value}"' in filled, value
        assert "A ramp." in filled and await drafts(matching) == 1
        for gone in (f"venue.{new_id()}", "venue.", "venue", "venue.../x"):
            await save_page(one, at, {**typed("when"), "place": "Room 9", "then": f"mend:{gone}"})
            assert 'value="Room 9"' in (await one.get(at)).text, "what is not kept any more fills in nothing"
        assert led_to(await save_page(one, at, {**typed("when"), "then": f"mend:venue.{long.id}"})) == at
        shown = text(await one.get(f"{at}?check=yes"))
        assert "500 characters at most" in shown and "200 characters at most" not in shown
        jobs = "/opportunities/for/RX2/jobs/new/terms"
        terms = {"salary": "£30,000", "time_commitment": "3 days", "mode": "hybrid", "place": "", "district": ""}
        there = led_to(await save_page(one, jobs, terms | {"expertise_level": "none", "then": f"mend:venue.{hall.id}"}))
        assert 'value="BN8"' in (await one.get(there)).text


def shown(html: str) -> dict[str, Any]:
    """What a browser would send of the form that changes something."""
    return {**hidden(html), **as_shown(html)}


async def test_a_venue_is_filled_in_where_a_role_or_a_job_changes_and_nothing_is_saved_before_it_is_checked(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    hall = Venue(id=new_id(), name="Village hall", address="The Green", postcode="BN8 3CK", access="A ramp.")
    await matching.hears_and_settles(OrganisationChanged(trust.with_changes(version=2, venues=(hall,))))
    async with matching.api(staff) as api, matching.browser(staff) as one, matching.browser(staff) as other:
        id = (await api.post(API, json=body(district="BN2"))).json()["id"]
        before = (await api.get(f"{API}/{id}")).json()
        change = f"/opportunities/for/RX2/{id}/change/when"
        opened = await one.get(change)
        assert "Village hall, BN8" in text(opened) and "It is not saved before you save the change." in text(opened)
        mine = shown(opened.text) | {"bring": "Glasses", "place": "x", "then": f"mend:venue.{hall.id}"}
        filled = await one.post(change, data=mine)
        assert filled.status_code == 200 and "We filled in where it is." in filled.text
        for value in ("Village hall, The Green, BN8 3CK", "BN8", "Glasses"):
            assert f'value="{value}"' in filled.text, value
        assert (await api.get(f"{API}/{id}")).json() == before
        gone = await one.post(change, data=mine | {"then": f"mend:venue.{new_id()}", "place": "Room 9"})
        assert "You do not keep that venue any more." in gone.text and 'value="Room 9"' in gone.text
        assert (await one.post(change, data=mine | {"then": "later"})).status_code == 422

        theirs = shown((await other.get(change)).text) | {"time_commitment": "Two hours"}
        assert (await other.post(change, data=theirs)).status_code == 303
        late = await one.post(change, data=shown(filled.text))
        assert late.status_code == 409 and "was changed after you opened the page" in late.text
        assert (await one.post(change, data=shown(late.text))).status_code == 303
        now = (await api.get(f"{API}/{id}")).json()
        assert (now["place"], now["district"], now["getting_in"], now["bring"]) == (
            "Village hall, The Green, BN8 3CK", "BN8", "A ramp.", "Glasses",
        )  # fmt: skip

        posted = (await api.post("/organisations/RX2/jobs", json=job())).json()["id"]
        change = f"/opportunities/for/RX2/{posted}/change/job"
        filled = await one.post(change, data=shown((await one.get(change)).text) | {"then": f"mend:venue.{hall.id}"})
        assert 'value="BN8"' in filled.text
        assert (await one.post(change, data=shown(filled.text))).status_code == 303

        [kept] = (await api.get("/organisations/RX2/venues")).json()["venues"]
        assert kept == {
            "id": str(hall.id), "name": "Village hall", "place": "Village hall, The Green, BN8 3CK",
            "district": "BN8", "getting_in": "A ramp.",
        }  # fmt: skip
        where = {name: kept[name] for name in ("place", "district", "getting_in")}
        assert (await api.put(f"{API}/{id}/when", json=PLACE | where)).status_code == 200
