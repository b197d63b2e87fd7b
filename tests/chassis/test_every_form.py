"""Every form of every room, fed with nothing, too much, and what is wrong: what it says, and that it keeps all of it.

The forms are those that pages lead to, for each kind of visitor; a form that none leads to is named with its reason.
It is a network that calls its people otherwise: none of all these pages and refusals says the word by default.
"""

import inspect
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.helping import for_person
from services import load
from services.chassis.app import routes
from services.chassis.base.hands import SYSTEM, Member, Person
from services.chassis.base.tables.heading import Line
from services.chassis.base.tables.reading import Table
from services.chassis.postgres.transaction import new_id
from services.matching.commands import asking as ask_us
from services.notifications.commands import contact, messages
from services.notifications.domain.contact import Wanted
from services.notifications.domain.message import News
from services.payments.commands import payees
from services.payments.domain.payee import PayeeDetails
from services.recruitment.commands import registers
from services.recruitment.domain.register.lines import Past
from services.recruitment.store import listed
from tests.chassis.drawn import drawn
from tests.chassis.taken_part import taken_part
from tests.chassis.worried import worried
from tests.form_walk import Asked, Form, Page, Walk
from tests.forms import ADVICE
from tests.leader_words import SAID
from tests.matching.world import draft as a_draft
from tests.ready import WAY_IN
from tests.registers import bring_in
from tests.support import Database
from tests.town import Somebody, Town, town

VAGUE = ("Fill this in", "Check this answer", "Choose one of the answers", "Input should", "Field required", "{", "}")
DOING = (
    "Enter ", "Choose ", "Shorten ", "Write ", "Type ", "Tick ", "Read ", "Say ", "There is a hidden character in ",
    "We ", "Before ", "This ", "Something was sent",
)  # fmt: skip
HIDDEN = "Sam\u202eple"
ONLY_HIDDEN = {
    "/engagements/for/{ods}/{opportunity_id}/draw/confirm": "which draw was read",
    "/sign-in/mine/forget": "what they were told that they lose",
    "/claims/mine/{id}/send": "the version that was seen",
    "/claims/mine/{id}/decline": "the version that was seen",
    "/claims/for/{ods}/{id}/approve": "the version that was seen",
    "/messages/mine/confirm": "the secret of a letter",
    "/messages/for/{ods}/conversations/{about}/{id}/read": "how much was seen",
    "/messages/for/{ods}/conversations/{about}/{id}/settle": "how much was seen",
    "/messages/for/{ods}/policies/{kind}/take-back": "the edition that was seen",
    "/messages/letter-to-sign-in": "whom recruitment's page signed",
    "/messages/mine/monthly-list": "whether they want it, by the button",
    "/messages/monthly-list/{signed}": "the same",
    "/messages/matches/{signed}": "the same",
    "/messages/mine/still-wanted": "what they want, by the button",
    "/messages/still-wanted/{signed}": "the same",
    "/messages/mine/read": "when the page was made, up to which all is read",
    "/messages/for/{ods}/register": "a part of a list, which recruitment's page signed",
    "/training/for/{ods}/register": "the same",
    "/people/for/{ods}/lists/{id}/release": "the version that was seen",
    "/opportunities/for/{ods}/{id}/sessions/repeat/add": "the days that were looked at",
    **dict.fromkeys(("/sign-in/link/new", "/sign-in/invited/sign-in"), "the secret of a letter"),
    "/sign-in/invited/decline": "the secret of a letter",
    "/sign-in/again": "where to go then",
    "/sign-in/mine/invitations/{id}/accept": "where to go then",
    "/sign-in/mine/invitations/{id}/decline": "where to go then",
    "/payments/for/{ods}/compared": "which payments were seen",
    "/payments/for/{ods}/policies/{kind}/take-back": "the edition that was seen",
    "/organisations/for/{ods}/policies/{kind}/take-back": "the edition that was seen",
    "/payments/for/{ods}/runs": "which claims were seen",
    "/engagements/for/{ods}/policies/{kind}/take-back": "the edition that was seen",
    "/people/for/{ods}/policies/{kind}/take-back": "the edition that was seen",
    "/opportunities/for/{ods}/policies/{kind}/take-back": "the edition that was seen",
    "/opportunities/for/{ods}/start/{code}": "of a long role where several pieces of work go on: test_beginning",
    "/opportunities/for/{ods}/templates/{id}": "the same",
    **dict.fromkeys(ADVICE, "which advice is taken over, by the button"),
    "/messages/for/{ods}/calls-asked/{id}/spoke": "whether another call is wished, by the button",
    "/people/for/{ods}/import": "a file, and nothing that is typed",
    "/engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page/papers": "the same",
}
"""Forms that look like a button, with what they send."""
OF_BEFORE = {"/engagements/for/{ods}/people/{id}/question": "asked before conversations came: test_asking goes there"}
NOBODY_YET = {"called": "Ivy", "email": "ivy@rx2.example"}


OF_RX2 = [f"/organisations/for/RX2/{page}" for page in ("close", "hosts", "hosts/RX3/end")]
"""Pages of the network about an organisation."""
ONE_OF_THESE = {"email"}
"""Where one of several ways to reach somebody is needed, the error stands at the first."""
OF_SAM = ["/home", "/join/mine/agree", "/opportunities", "/claims/mine", "/training", "/sign-in/mine"]


async def keep(network: Town, admin: Somebody) -> list[str]:
    """A desk and a venue of RX2, and an organisation that acts for it: the pages by which the first two change."""
    desk = {"name": "Involvement", "phone": "01632 960001"}
    venue = {"name": "Room 2", "address": "High Street", "postcode": "SO16 6YD", "access": "A lift."}
    desk_id = (await network.must(admin, "identity", "/organisations/RX2/desks", desk))["id"]
    venue_id = (await network.must(admin, "identity", "/organisations/RX2/venues", venue))["id"]
    trust = {"ods_code": "RX3", "name": "Trust RX3", "kind": "trust", "valid_from": "2020-01-01"}
    await network.must(network.ada, "identity", "/organisations/QZZ/organisations", trust)
    await network.must(network.ada, "identity", "/organisations/RX2/hosts", {"host": "RX3"})
    return [f"/organisations/for/RX2/desks/{desk_id}", f"/organisations/for/RX2/venues/{venue_id}"]


async def secret(network: Town, email: str) -> str:
    """Of the newest letter to an address."""
    async with network.rooms.apps["identity"].database.transaction(SYSTEM) as tx:
        letter = await tx.fetchval("select body from letter_out where email = $1 order by id desc limit 1", email)
    found = re.search(r"token=(\S+)", letter)
    assert found
    return found[1]


async def welcomed(network: Town, sue: Somebody, time: str | None) -> Somebody:
    """Somebody who asks to join and was asked something, or offered a time for a talk. Each time they are new, by the
    same name and year: they may be here twice."""
    lea = await network.person("Lea")
    form = {
        "full_name": "Lea Example",
        "year_of_birth": 1950,
        "why": "I know this.",
        "code_of_conduct": "1",
        "data_notice": "1",
    }
    sent = await network.must(lea, "recruitment", "/mine/application", form)
    body = {"words": "When do we talk?", **({"times": [time], "how": "phone"} if time else {})}
    await network.must(sue, "recruitment", f"/organisations/QZZ/applications/{sent['id']}/ask-more", body)
    return lea


async def taken_in(walk: Walk, sue: Somebody) -> str:
    """Sue took Uma into the pool, and looks after her since. Returns Uma's page for Sue; her own are walked."""
    network = walk.town
    uma = await network.person("Uma")
    form = {"full_name": "Uma Example", "why": "I know this.", "code_of_conduct": "1", "data_notice": "1"}
    sent = await network.must(uma, "recruitment", "/mine/application", form)
    said = {"tell_now": True}
    await network.must(sue, "recruitment", f"/organisations/QZZ/applications/{sent['id']}/approve", said)
    async with network.rooms.transaction("recruitment", SYSTEM) as tx:
        past = Past("work", "Reader", "Patient panel", "2019", "2021")
        await listed.declare(tx, new_id(), [listed.Declared(new_id(), uma.id, new_id(), past, tx.now)])
    await walk.follow("looked after", uma, ["/profile/mine", "/profile/mine/passport"])
    return f"/people/for/QZZ/{uma.id}"


async def a_list(network: Town, admin: Somebody) -> str:
    """Brought in by an admin of RX2, who is asked what its columns mean. Returns the page that asks it."""
    async with network.rooms.transaction("recruitment", SYSTEM) as tx:
        id = await tx.fetchval("select id from mirror_organisation where state ->> 'ods_code' = 'RX2'")
    hand = Member(by=admin.id, organisation_id=id, ods_code="RX2", roles=frozenset({"admin"}))
    async with network.rooms.transaction("recruitment", hand) as tx:
        table = Table(["Name", "E-mail"], [Line(2, ["Ann Example", "ann@people.example"])], "people")
        return f"/people/for/RX2/import/{await registers.send_list(tx, table)}/columns"


async def to_tell_by_hand(network: Town, sue: Somebody, rung: Somebody, written_to: Somebody) -> None:
    """Something that the network's staff say to one on the phone, and to another by letter, which is taken to print."""
    address = "Kim Example\n1 High Street\nEX1 2AB"
    for who, wanted in ((rung, Wanted("phone", "01632 960 001")), (written_to, Wanted("post", address))):
        async with network.rooms.transaction("notifications", Person(person_id=who.id, by=who.id)) as tx:
            await contact.choose_contact(tx, wanted, secret=(b"unused",))
        async with network.rooms.transaction("notifications", SYSTEM) as tx:
            until = tx.now + timedelta(days=14)
            news = News(
                who.id, "claim_ready", who.id, "told by hand", "News", "There is news.", "/home", "See it", until
            )
            await messages.tell(tx, news)
    await network.must(sue, "notifications", "/organisations/QZZ/printings", {})


async def asked_for(network: Town, abe: Somebody, cora: Somebody, sue: Somebody) -> list[str]:
    """What RX2 asked for, one waits for a draft and one for a yes to it; a template and a way in of its own."""
    asked = {"what": "Ears", "when_words": "In May", "who_might_know": "The desk", "money": "unknown"}
    ids = [UUID((await network.must(who, "matching", "/organisations/RX2/asked", asked))["id"]) for who in (abe, cora)]
    async with network.rooms.transaction("matching", SYSTEM) as tx:
        rx2 = await tx.fetchval("select id from mirror_organisation where state ->> 'ods_code' = 'RX2'")
    hand = Member(by=sue.id, organisation_id=rx2, ods_code="RX2", roles=frozenset({"coordinator"}), by_network=True)
    async with network.rooms.transaction("matching", hand) as tx:
        await ask_us.begin(tx, ids[1])
        await ask_us.send_for_approval(tx, ids[1], a_draft())
    role = {"opportunity_id": (await network.role(cora))["id"], "called": "Ours"}
    kept = (await network.must(cora, "matching", "/organisations/RX2/templates", role))["id"]
    way = "ways-in/" + (await network.must(cora, "matching", "/organisations/RX2/ways-in", WAY_IN))["id"]
    return [f"/opportunities/for/RX2/{at}" for at in (*(f"ask/{id}" for id in ids), f"templates/{kept}", way)]


async def begun(network: Town) -> Somebody:
    """Somebody who has given their name to join, and nothing else."""
    made = await network.must(None, "identity", "/start", {"called": "Ida"})
    return network.sign_in(made["account_id"])


async def reached(network: Town) -> Somebody:
    """The same, who has said how to reach them."""
    ida = await begun(network)
    await network.ask(ida, "PUT", "notifications", "/mine/contact", {"channel": "phone", "address": "01632 960001"})
    return ida


async def enter_details(network: Town, person_id: UUID, by: Somebody) -> None:
    """Bank details that a helper entered for somebody wait for the call-back."""
    hand = Person(person_id=person_id, by=by.id, helping_for=by.id)
    async with network.rooms.transaction("payments", hand) as tx:
        typed = {"payee_name": "P EXAMPLE", "sort_code": "200000", "account_number": "12345678"}
        await payees.give_details(tx, PayeeDetails.model_validate(typed))


async def by_phone(walk: Walk, sue: Somebody, asks: dict[str, Any], sam: Somebody) -> str:
    """Pat, who cannot sign in: the account, whose pages a helper walks. Bank details that Sue entered for Pat and for
    Sam wait for a call-back."""
    network = walk.town
    phoned = await network.must(sue, "identity", "/organisations/QZZ/people", {"called": "Pat"})
    person = phoned["account_id"]
    await network.must(sue, "recruitment", "/organisations/QZZ/phone", {"person_id": person, **asks, "strands": []})
    await network.join(network.sign_in(person))
    for whose in (person, sam.id):
        await enter_details(network, UUID(str(whose)), sue)
    hana = await network.hire(network.ada, "QZZ", "Hana", "helper")
    await network.role(await network.hire(network.ada, "RX2", "Con", "coordinator"))
    await walk.follow("helper", hana, [f"/home/for/QZZ/people/{person}", f"/messages/for/QZZ/people/{person}"])
    return person


async def everybody(network: Town) -> Walk:
    """Each kind of visitor, with something to do on each of their pages."""
    walk, ada = Walk(network), network.ada
    cora = await network.hire(ada, "RX2", "Cora", "coordinator", "trainer")
    abe = await network.hire(ada, "RX2", "Abe", "approver", "admin")
    fin = await network.hire(ada, "RX2", "Fin", "finance")
    sue = await network.hire(ada, "QZZ", "Sue", "screener", "coordinator")
    sam, kim, new = await network.person(), await network.person("Kim"), await network.person("New")
    asks = {"full_name": "Kim Example", "why": "I know this.", "code_of_conduct": "1", "data_notice": "1"}
    await network.must(kim, "recruitment", "/mine/application", asks)
    of_uma = await taken_in(walk, sue)
    roles = await taken_part(network, cora, sam, kim)
    by_lot = await drawn(network, cora, sam, kim)
    person = await by_phone(walk, sue, asks, sam)
    keeping = [*await keep(network, abe), *await bring_in(network, abe, sam), await a_list(network, abe)]
    await to_tell_by_hand(network, sue, sam, kim)
    await walk.follow("nobody", None, ["/", "/sign-in", "/sign-in/new", "/join"])
    await network.must(ada, "identity", "/organisations/RX2/staff", {**NOBODY_YET, "roles": ["approver"]})
    key = Page((await walk.ask("nobody", "/sign-in/new")).text, "", "").forms[0].hidden
    await walk.ask("nobody", "/sign-in/new", {**key, "called": "Max", "email": "max@people.example", "to": ""})
    invited, new_link = await secret(network, NOBODY_YET["email"]), await secret(network, "max@people.example")
    await walk.follow("nobody", None, [f"/sign-in/invited?token={invited}", f"/sign-in/link?token={new_link}"])
    await walk.follow("beginner", await begun(network), ["/messages/mine/first"])
    await walk.follow("reached", await reached(network), ["/messages/mine/shown"])
    await walk.follow("newcomer", new, ["/home", "/join/mine"])
    await walk.follow("applicant", kim, ["/home", "/profile/mine"])
    for name, asked in (("questioned", None), ("offered", (network.rooms.now + timedelta(days=3)).isoformat())):
        await walk.follow(name, await welcomed(network, sue, asked), ["/join/mine"])
    of_worried, of_ada = await worried(network, sam, ada)
    of_sam = [roles.own_access, roles.own_say, *OF_SAM, roles.of_record, *of_worried, *by_lot.of_person]
    await walk.follow("leader", sam, of_sam)
    await walk.follow(
        "coordinator",
        cora,
        [
            "/home/for/RX2",
            *roles.of_people,
            *by_lot.of_coordinator,
            roles.of_access,
            "/opportunities/for/RX2",
            "/training/for/RX2",
            roles.half_way,
            *await asked_for(network, abe, cora, sue),
        ],
    )
    await walk.follow("approver", abe, ["/home/for/RX2", "/claims/for/RX2", "/organisations/for/RX2", *keeping])
    await walk.follow("finance", fin, ["/home/for/RX2", "/payments/for/RX2"])
    await walk.follow("screener", sue, ["/home/for/QZZ", f"/messages/for/QZZ/people/{person}", of_uma])
    await walk.follow("admin", ada, ["/home/for/QZZ", "/organisations/for/QZZ", *OF_RX2, *of_ada])
    return walk


@pytest.fixture
async def walk(database: Database) -> AsyncIterator[Walk]:
    database.settings = database.settings.model_copy(update={"patient_leader": SAID})
    async with town(database) as network:
        yield await everybody(network)


@pytest.mark.timeout(300)
async def test_every_form_says_of_each_field_what_to_do_and_keeps_what_was_typed(walk: Walk) -> None:
    wrong: list[str] = []
    for route, form in sorted(walk.forms.items()):
        wrong += [f"{route} ({form.page}): {what}" for what in await _look(walk, form)]
    assert not wrong, "\n".join(wrong)
    assert not walk.amiss, "\n".join(sorted(walk.amiss))
    assert len(walk.says_it) > 4
    missed = (
        asking() - walk.forms.keys() - ONLY_HIDDEN.keys() - {for_person(form) for form in (*walk.forms, *ONLY_HIDDEN)}
    )
    assert missed == OF_BEFORE.keys(), "\n".join(sorted(missed))


def asking() -> set[str]:
    """The routes that read a form into a model."""
    return {
        route.path
        for service in load()
        for route in routes(service)
        if "POST" in route.methods and ".submit" in inspect.getsource(route.endpoint).replace("await ", ".")
    }


async def _look(walk: Walk, form: Form) -> list[str]:
    wrong: list[str] = []
    for how in (too_long, out_of_place, empty):  # one that needs nothing is done then, and not there any more
        fed = {name: how(asked) for name, asked in form.asked.items()}
        sent = {name: value for name, value in fed.items() if value is not None}
        if how is not empty and not sent:
            continue
        wrong += [f"{how.__name__}: {what}" for what in await _answer(walk, form, fed, sent, how is empty)]
    return wrong


async def _answer(
    walk: Walk, form: Form, fed: dict[str, str | None], sent: dict[str, str], is_empty: bool
) -> list[str]:
    page = Page((await walk.ask(form.who, form.page)).text, form.page, form.who)
    shown = next(one for one in page.forms if one.action == form.action)
    others = {name: one.values for name, one in shown.asked.items() if fed[name] is None and any(one.values)}
    answer = await walk.ask(form.who, form.action, {**shown.hidden, **others, **sent})
    needed = (
        {_field(name) for name, one in shown.asked.items() if _is_needed(one) and name not in others}
        if is_empty
        else set[str]()
    )
    if answer.status_code == 303 and is_empty and not needed:
        return []
    if answer.status_code != 422:
        return [f"answered {answer.status_code}"]
    again = Page(answer.text, form.page, form.who)
    expected = (needed if is_empty else {_field(name) for name in sent}) - _of_no_field(again)
    wrong = [f"{name} has no error, only {again.errors}" for name in expected - again.errors.keys()]
    wrong += [f"“{words}” of {name}" for name, words in again.errors.items() if _is_vague(words)]
    wrong += [f"the summary links to #{name} in vain" for name in again.errors.keys() - again.ids.keys() - {""}]
    places = [again.ids.get(name, -1) for name in again.errors]
    wrong += [f"the summary is not in the order of the page: {[*again.errors]}"] if places != sorted(places) else []
    optional = {_field(name) for name, one in shown.asked.items() if is_empty and one.is_optional} - ONE_OF_THESE
    wrong += [f"{name} is optional, and is refused where it is left empty" for name in optional & again.errors.keys()]
    said = [words for name, words in again.errors.items() if name]
    wrong += [f"says of several fields: {sorted(said)}"] if len(said) > len(set(said)) else []
    kept = next((one for one in again.forms if one.asked.keys() >= sent.keys()), None)
    if kept is None:
        return [*wrong, "the form is not shown again"]
    wrong += [
        f"{name} was typed as {value[:20]!r} and is shown as {kept.asked[name].values}"
        for name, value in sent.items()
        if kept.asked[name].kind not in ("radio", "checkbox", "select") and kept.asked[name].values != [value]
    ]
    return wrong


def _of_no_field(page: Page) -> set[str]:
    """What needs no error of its own, with the reason."""
    rows: set[str] = {name for form in page.forms for name in form.asked if name.startswith(("came-", "came_"))}
    in_the_database = {"code_of_conduct", "data_notice", "health_consent"}  # the editions that are in force
    well_formed = {"training"}  # training may be asked for before anybody offers it
    return (rows if "" in page.errors else set[str]()) | in_the_database | well_formed


def empty(asked: Asked) -> str | None:
    return None if asked.kind in ("radio", "checkbox") else ""


def too_long(asked: Asked) -> str | None:
    is_part = asked.name.endswith(("_day", "_month", "_year")) and asked.name != "last_day"
    return "x" * 6000 if asked.kind in ("text", "textarea", "email", "tel") and not is_part else None


def out_of_place(asked: Asked) -> str | None:
    if asked.is_number:
        return "ten"
    return HIDDEN if asked.kind in ("text", "textarea", "email", "tel") else "nonesuch"


def _is_needed(asked: Asked) -> bool:
    return not asked.is_optional and asked.kind != "checkbox"


def _field(name: str) -> str:
    for part in ("_day", "_month", "_year"):
        if name.endswith(part) and name != "last_day":
            return name.removesuffix(part)
    return name


def _is_vague(words: str) -> bool:
    return not words.startswith(DOING) or any(vague in words for vague in VAGUE)
