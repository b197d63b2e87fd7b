"""What a network calls its people: how that is set, and what its pages, messages and feed say then.

Every page of every room is walked under another word in test_every_form; here are the doors, and a word that changes.
"""

from uuid import UUID

import pytest

from services.chassis.base.leader_words import LeaderWords, WrongLeaderWords
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.base.wording import capital
from services.notifications.domain.contact import Wanted
from tests.leader_words import EXPERT, SAID, amiss
from tests.notifications.support import World, a_world
from tests.pdf import text_of
from tests.support import Connected, Database, Person, member

NEEDED = {"PLN_KAFKA_BOOTSTRAP_SERVERS": "-"}
LONG = "x" * 61


@pytest.mark.parametrize(
    ("said", "one", "many"),
    [
        (SAID, "an expert by experience", "experts by experience"),
        ("a public contributor / public contributors", "a public contributor", "public contributors"),
        ("  A  PPV Partner /  PPV Partners ", "a PPV Partner", "PPV Partners"),
        ("an MS partner / MS partners", "an MS partner", "MS partners"),
        ("a user-researcher / user-researchers", "a user-researcher", "user-researchers"),
        ("a European / Europeans", "a European", "Europeans"),
        ("a one-off helper / one-off helpers", "a one-off helper", "one-off helpers"),
        ("an hour’s guest / hours’ guests", "an hour’s guest", "hours’ guests"),
        ("a patient/carer partner / patient/carer partners", "a patient/carer partner", "patient/carer partners"),
        ("a partner & carer / partners & carers", "a partner & carer", "partners & carers"),
        ("a de\u0301le\u0301gue\u0301 / de\u0301le\u0301gue\u0301s", "a délégué", "délégués"),
        ("a bwrdd cleifion / byrddau cleifion", "a bwrdd cleifion", "byrddau cleifion"),
    ],
)
def test_a_network_says_what_one_and_what_many_are_called(said: str, one: str, many: str) -> None:
    settings = Settings.from_environment(NEEDED | {"PLN_PATIENT_LEADER": said})
    assert settings.leader_words == (one, many)
    assert LeaderWords.read(settings.patient_leader) == (one, many), "what is kept reads the same"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "say what one of your people is called, and what many are"),
        ("   ", "say what one of your people is called"),
        ("an expert by experience", "say two things with one slash"),
        ("an expert by experience /", "say two things"),
        ("/ experts by experience", "say two things"),
        ("an expert by experience/experts by experience", "a space on both sides"),
        ("an expert / experts / more", "say two things"),
        ("expert by experience / experts by experience", "has to begin with a or an"),
        ("experts by experience / an expert by experience", "has to begin with a or an"),
        ("an / experts", "has to begin with a or an"),
        ("a expert by experience / experts by experience", "has the wrong article"),
        ("an partner / partners", "has the wrong article"),
        ("an expert / an expert", "has to be many of them"),
        ("an expert / the experts", "has to be many of them"),
        ("an expert / - experts", "has to be many of them"),
        (f"a {LONG} / people", "is longer than 60 letters"),
        (f"a person / {LONG}", "is longer than 60 letters"),
        ("a <b>leader</b> / leaders", "'<' cannot be in it"),
        ("a {{ leader }} / leaders", "'{' cannot be in it"),
        ("a leader\n / leaders", r"'\n' cannot be in it"),
        ("a leader\t / leaders", r"'\t' cannot be in it"),
        ("a lead\u202eer / leaders", r"'\u202e' cannot be in it"),
        ("a lead\u200ber / leaders", r"'\u200b' cannot be in it"),
        ("a lead\x00er / leaders", r"'\x00' cannot be in it"),
    ],
)
def test_what_would_stand_wrongly_on_pages_is_refused_at_start_with_what_to_write(said: str, why: str) -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment(NEEDED | {"PLN_PATIENT_LEADER": said})
    words = str(refused.value)
    assert words.startswith("PLN_PATIENT_LEADER: ") and why in words and "\n" not in words
    assert words.endswith(f"Write it like this: {SAID}")
    with pytest.raises(WrongLeaderWords):
        LeaderWords.read(said)


def test_at_the_beginning_of_a_sentence_only_the_first_letter_is_another() -> None:
    assert capital("a PPV partner") == "A PPV partner"
    assert capital("élus") == "Élus"
    assert capital("") == ""


DOORS = {
    "identity": {
        "/about": "one pool of experts by experience",
    },
    "recruitment": {
        "/join": "Join as an expert by experience",
        "/join?": "An expert by experience is somebody who knows care from their own life",
    },
    "training": {"/training": "Training for everybody in the pool of experts by experience"},
    "engagements": {"/impact": "What organisations did with what experts by experience told them"},
    "matching": {
        "/feeds/opportunities.json": "Roles for experts by experience, from all organisations of the network.",
        "/opportunities": "",
        "/": "Then somebody talks with you, and you are an expert by experience.",
    },
}


async def test_at_every_door_a_newcomer_reads_the_networks_own_word(database: Database) -> None:
    for room, pages in DOORS.items():
        connected = await database.connect(room, patient_leader=SAID)
        async with connected.browser() as anyone:
            for path, words in pages.items():
                page = await anyone.get(path)
                assert page.status_code == 200 and words in page.text, path
                assert amiss(page.text) == [], path
    odd = await database.connect("recruitment", patient_leader="a carer & friend’s ally / carers & friends’ allies")
    async with odd.browser() as anyone:
        assert "A carer &amp; friend’s ally is somebody" in (await anyone.get("/join")).text


async def test_whoever_kept_a_page_from_before_the_word_changed_is_given_the_new_one(database: Database) -> None:
    before, after = await database.connect("matching"), await database.connect("matching", patient_leader=SAID)
    async with before.browser() as old, after.browser() as new:
        kept = await old.get("/feeds/opportunities.json")
        assert kept.json()["description"].startswith("Roles for patient leaders,")
        has = {"if-none-match": kept.headers["etag"]}
        assert (await old.get("/feeds/opportunities.json", headers=has)).status_code == 304
        again = await new.get("/feeds/opportunities.json", headers=has)
        assert (again.status_code, again.json()["description"][:28]) == (200, "Roles for experts by experie")


async def told(world: World, person: Person) -> tuple[UUID, str]:
    """What they were told first: its id, and all its words."""
    message = (await world.messages(person))[-1]
    return message.id, f"{message.news.subject}\n{message.news.body}\n{message.news.easy}"


async def test_who_joins_is_told_so_in_the_networks_word_on_every_channel(database: Database) -> None:
    world = await a_world(await database.connect("notifications", patient_leader=SAID))
    service, staff = world.service, member(world.network, "screener")
    rung, written_to, mailed = Person("Ann"), Person("Bo"), Person("Cy")
    await service.hears_and_settles(*(one.opened for one in (staff, rung, written_to, mailed)))
    await world.reach(Wanted("phone", "01632 960001"), rung)
    await world.reach(Wanted("post", "Bo Example\n1 High Street\nEX1 2AB", format="easy_read"), written_to)
    await world.reach(Wanted("email", "cy@people.example"), mailed)
    await world.tell_of_approval(rung, written_to, mailed)
    id, words = await told(world, written_to)
    for said in ("Welcome: you are now an expert by experience", "in the pool of experts by experience."):
        assert said in words
    async with service.browser(staff) as browser:
        letter = await browser.get(f"/messages/for/QZZ/letters/{id}")
        pdf = await browser.get(f"/messages/for/QZZ/letters/{id}/pdf")
        script = await browser.get(f"/messages/for/QZZ/calls/{rung.id}")
    async with service.browser(mailed) as browser:
        home = await browser.get("/home")
    for page in (letter, script, home):
        assert page.status_code == 200 and EXPERT.one in page.text and amiss(page.text) == []
    assert "Youarenowanexpertbyexperience." in "".join(text_of(pdf.content).split()), "in Easy Read too"


async def test_what_was_told_before_the_word_changed_stays_as_it_was_said(database: Database) -> None:
    world = await a_world(await database.connect("notifications"))
    ann, bo = Person("Ann"), Person("Bo")
    await world.service.hears_and_settles(ann.opened, bo.opened)
    await world.tell_of_approval(ann)
    renamed: Connected = await database.connect("notifications", patient_leader=SAID)
    world.service = renamed
    await world.tell_of_approval(bo)
    assert "you are now a patient leader" in (await told(world, ann))[1]
    assert "you are now an expert by experience" in (await told(world, bo))[1]
    assert len(await world.messages(ann)) == 1, "nobody is told again"
