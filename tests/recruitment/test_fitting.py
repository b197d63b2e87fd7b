"""What would fit somebody, whole: every question, understood as people type it, or refused in words."""

import re
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.recruitment import LANGUAGES
from services.chassis.base.districts import districts, is_cut
from services.chassis.base.languages import languages as read_languages
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.district import district
from services.recruitment.domain.profile import Answers
from services.recruitment.store import profiles
from tests.recruitment.scene import Scene
from tests.recruitment.test_web import send, text
from tests.support import hidden
from tests.two_tabs import from_two_tabs, stands

PAGE = "/profile/mine"
languages = partial(read_languages, signed="Say it on “What you need”")
WHOLE: dict[str, Any] = {
    "strands": "culture",
    "modes": ["remote", "hybrid"],
    "learning": "chairing",
    "district": "m14",
    "distance": "25",
    "times_tue": ["morning", "evening"],
    "times_sun": "afternoon",
    "languages": "welsh, punjabi and Polish",
    "lived_experience": "caring",
    "own_words": "I was a foster child.",
    "health_consent": "1",
}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("m14", "M14"),
        ("  m 1 4 ", "M14"),
        ("EC1A 1BB", "EC1A"),
        ("ec1a1bb", "EC1A"),
        ("N11AA", "N1"),
        ("N1 1", "N1"),
        ("ls1 OAB", "LS1"),
        ("ＬＳ１", "LS1"),
        ("LS1\u200b", "LS1"),
        ("", ""),
        (" \u00a0 ", ""),
    ],
)
def test_a_district_is_understood_as_people_type_it(typed: str, read: str) -> None:
    assert district(typed) == read


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("BT9 5AG", "Northern Ireland"),
        ("je2", "Jersey"),
        ("GY1 1WR", "Guernsey"),
        ("IM99 1AA", "the Isle of Man"),
        ("ZZ99 3VZ", "ZZ99 is not in today's list"),
        ("QQ1", "QQ1 is not in today's list"),
        ("D02 AF30", "Enter the first part"),
        ("75001", "Enter the first part"),
        ("12 Mill Lane, Leeds", "Enter the first part"),
        ("{asked}", "Enter the first part"),
        ("M" * 40, "Enter the first part"),
    ],
)
def test_a_district_of_elsewhere_or_of_no_list_is_refused_in_words(typed: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        district(typed)


def test_every_district_of_the_list_is_read_as_itself_and_of_a_whole_postcode_only_it_is_kept() -> None:
    assert len(districts()) == 2865
    assert {district(one.lower()) for one in districts()} == districts()
    assert {district(f"{one} 1AA") for one in districts()} == districts()
    assert {district(f"{one}1AA") for one in districts()} == districts(), "no whole postcode is another district"
    assert not any(is_cut(one) for one in districts())
    assert is_cut("M14 5RX")


def test_languages_are_read_by_name_by_code_and_in_any_order() -> None:
    assert languages("farsi; Tagalog/welsh") == ["cy", "tl", "fa"]
    assert languages(["so", "en"]) == ["en", "so"]
    assert languages("English\nENGLISH, en") == ["en"]
    assert languages(" , and ") == []
    assert languages([*LANGUAGES][:20]) == sorted([*LANGUAGES][:20], key=LANGUAGES.index)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Polish, Elvish", "“elvish”"),
        ("Chinese", "Cantonese or Mandarin"),
        ("british sign language", "What you need"),
        ("Makaton", "What you need"),
        ("{0}", r"“\{0\}”"),
        ([*LANGUAGES], "at most 20"),
    ],
)
def test_a_language_that_is_not_known_is_named(typed: Any, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        languages(typed)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("times", ["mon_noon"]),
        ("times", "fri"),
        ("distance", "7"),
        ("distance", ["5", "10"]),
        ("distance", 5),
        ("learning", ["magic"]),
        ("learning", {"chairing": True}),
        ("lived_experience", ["an area that is no more"]),
        ("languages", {"pl": 1}),
        ("own_words", "x" * 501),
        ("own_words", "a\u202eb"),
    ],
)
def test_an_answer_that_is_on_no_list_is_refused(field: str, given: Any) -> None:
    with pytest.raises(ValidationError):
        Answers.model_validate({field: given})


async def test_every_question_is_answered_on_one_page_and_shown_again_as_it_was_read(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        saved = await send(sam, PAGE, WHOLE)
        assert saved.status_code == 303, text(saved)
        page = await sam.get(saved.headers["location"])
        assert "Saved" in text(page)
        assert "only the first part" not in text(page)
        shown = dict(re.findall(r'name="(district|languages)"[^>]*value="([^"]*)"', page.text))
        assert shown == {"district": "M14", "languages": "Welsh, Polish, Panjabi"}
        ticked = set(re.findall(r'name="([a-z_]+)" type="(?:checkbox|radio)" value="([^"]+)"\s*checked', page.text))
        assert {("times_tue", "morning"), ("times_tue", "evening"), ("times_sun", "afternoon")} <= ticked
        assert {("distance", "25"), ("learning", "chairing"), ("lived_experience", "caring")} <= ticked
        assert "I was a foster child." in page.text
        assert "Contains OS data" in text(page) or "contain OS data" in text(page)
        again = await send(sam, PAGE, WHOLE)
        assert again.status_code == 303
    async with scene.recruitment.transaction() as tx:
        kept = await profiles.get(tx, scene.sam.id)
        said = await tx.fetch("select value from outbox where topic like '%recruitment.profile'")
    assert kept and kept.version == 1, "the same answers are no news"
    assert kept.times == ("tue_morning", "tue_evening", "sun_afternoon")
    assert (kept.district, kept.distance, kept.languages) == ("M14", "25", ("cy", "pl", "pa"))
    assert not any("foster" in row["value"] for row in said), "own words are on no event"
    assert '"M14"' in said[0]["value"]


async def test_of_a_whole_postcode_the_first_part_is_kept_and_the_page_says_so(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        saved = await send(sam, PAGE, {"district": "sw1a 1aa"})
        assert "Of your postcode we keep only the first part" in text(await sam.get(saved.headers["location"]))
        wrong = await send(sam, PAGE, {"district": "BT1 1AA", "languages": "Elvish"})
        assert wrong.status_code == 422
        assert "Northern Ireland" in text(wrong) and "elvish" in text(wrong), "both are said at once"
        assert 'value="BT1 1AA"' in wrong.text, "what was typed stays"
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select district from profile") == "SW1A"
        assert not any("1AA" in row["value"] for row in await tx.fetch("select value from outbox"))


async def test_a_district_and_codes_that_are_in_no_list_any_more_are_said_and_go_with_the_next_saving(
    scene: Scene,
) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        await send(sam, PAGE, WHOLE)
        async with scene.recruitment.transaction() as tx:
            await tx.execute("update profile set district = 'XX9', learning = '{alchemy,chairing}'")
        page = await sam.get(PAGE)
        assert "not in our lists any more: alchemy" in text(page)
        kept = await send(sam, PAGE, {**WHOLE, "district": "XX9"})
        assert kept.status_code == 422 and "XX9 is not in today's list of districts" in text(kept)
        assert (await send(sam, PAGE, {**WHOLE, "district": ""})).status_code == 303
    async with scene.recruitment.transaction() as tx:
        row = await tx.fetchrow("select district, learning from profile")
    assert row and (row["district"], row["learning"]) == (None, ["chairing"])


async def test_own_words_need_a_yes_and_go_with_it(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        refused = await send(sam, PAGE, {"district": "", "own_words": "I live with long Covid."})
        assert refused.status_code == 422 and 'href="#health_consent"' in refused.text
        await send(sam, PAGE, {"district": "", "own_words": "I live with long Covid.", "health_consent": "1"})
        await send(sam, PAGE, {"district": "", "own_words": "", "health_consent": "1"})
    async with scene.recruitment.transaction() as tx:
        row = await tx.fetchrow("select own_words, consent_at from profile")
    assert row and (row["own_words"], row["consent_at"]) == ("", None)


async def test_two_tabs_with_the_later_questions_are_told_of_each_other(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        first = {"district": "LS1", "languages": "Polish", "times_mon": "morning"}
        both = await from_two_tabs(sam, PAGE, first, {"district": "LS2", "languages": "Polish", "times_mon": "evening"})
        assert stands(both) == {"The first part of your postcode": "LS1", "Monday": "Morning"}


async def test_a_program_that_knows_no_later_question_leaves_its_answer_as_it_was(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as browser, scene.recruitment.api(scene.sam) as sam:
        await send(browser, PAGE, WHOLE)
        old = {"strands": ["research"], "modes": [], "lived_experience": ["pain"], "health_consent": "1"}
        assert (await sam.put("/mine/profile", json=old)).status_code == 200
        mine = (await sam.get("/mine/profile")).json()
        assert (mine["strands"], mine["district"], mine["own_words"]) == (["research"], "M14", "I was a foster child.")
        bare = {"strands": ["research"], "modes": []}
        assert (await sam.put("/mine/profile", json=bare)).status_code == 200, "it takes its yes to health data back"
        mine = (await sam.get("/mine/profile")).json()
        assert (mine["own_words"], mine["lived_experience"], mine["district"]) == ("", [], "M14")
        emptied: dict[str, Any] = {"district": "", "times": [], "languages": [], "distance": ""}
        assert (await sam.put("/mine/profile", json=bare | emptied)).status_code == 200
        mine = (await sam.get("/mine/profile")).json()
        assert (mine["district"], mine["times"], mine["languages"], mine["distance"]) == (None, [], [], None)
        odd = await sam.put("/mine/profile", json={"times": ["mon_morning"] * 50, "district": ["LS1"]})
        assert odd.status_code == 422


async def test_a_page_that_was_open_before_the_later_questions_empties_none_of_them(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        await send(sam, PAGE, WHOLE)
        form = hidden((await sam.get(PAGE)).text)
        sent = await sam.post(PAGE, data={**form, "strands": "research"})
        assert sent.status_code == 303, text(sent)
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select district from profile") == "M14"
