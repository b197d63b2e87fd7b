"""The passport: training by its title and by who ran it, never by a code."""

import re
from html import unescape

from schemas.training import CredentialAwarded, ProgrammeOffered
from tests.recruitment.scene import Scene
from tests.support import organisation, registered
from tests.trainings import ARABIC, TITLES, completed, programme

PAGE = "/profile/mine/passport"


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


async def test_training_is_shown_by_its_title_in_any_script_and_by_who_ran_it(scene: Scene) -> None:
    charity = organisation("8ZZ83", "Living Well Together", "charity")
    of_both = [programme(by, title) for by in (scene.trust, charity) for title in TITLES]
    done = [completed(one, scene.sam) for one in of_both]
    await scene.recruitment.hears_and_settles(
        *registered(charity), *map(ProgrammeOffered, of_both), *map(CredentialAwarded, done)
    )
    async with scene.recruitment.browser(scene.sam) as sam:
        html = (await sam.get(PAGE)).text
    for one in of_both:
        ran = charity.name if one.organisation_id == charity.id else scene.trust.name
        assert f"{one.title} Who ran it {ran}" in text(html)
        assert one.credential not in html
        assert one.credential.replace("_", " ").capitalize() not in html
    async with scene.recruitment.api(scene.sam) as sam:
        held = (await sam.get("/mine/passport")).json()["credentials"]
    assert {(one["title"], one["organisation"]) for one in held} == {
        (title, name) for title in TITLES for name in (charity.name, scene.trust.name)
    }


async def test_training_that_was_not_heard_of_yet_is_shown_by_the_words_of_its_code(scene: Scene) -> None:
    codes = {
        "First steps": "first_steps",
        "Finding your voice": "finding_your_voice_ab2defgh",
        ARABIC: "training_xyz3abcd",
    }
    unheard = [programme(scene.trust, title, credential=code) for title, code in codes.items()]
    await scene.recruitment.hears_and_settles(*(CredentialAwarded(completed(one, scene.sam)) for one in unheard))
    async with scene.recruitment.api(scene.sam) as sam:
        titles = {one["title"] for one in (await sam.get("/mine/passport")).json()["credentials"]}
    assert titles == {"First steps", "Finding your voice", "Training"}
    await scene.recruitment.hears_and_settles(*map(ProgrammeOffered, unheard))
    async with scene.recruitment.browser(scene.sam) as sam:
        assert ARABIC in text((await sam.get(PAGE)).text)
