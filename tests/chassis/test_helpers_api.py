"""What staff do for somebody by the API: every room has it at one rule's address, with the subject and the hand."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from schemas.helping import DONE
from services import NAMES
from services.chassis.base.hands import SYSTEM
from services.chassis.http.own_api import for_them
from tests.shape.sources import routes
from tests.support import Database
from tests.town import Somebody, Town, refusal, town

API = "/api/{service}/v1"


@dataclass
class Helped:
    """Pat is on the phone and asked to join; Hana is a helper of the network, Theo one of the trust RX2."""

    network: Town
    hana: Somebody
    theo: Somebody
    pat: UUID

    def at(self, own: str, ods: str = "QZZ") -> str:
        return for_them(own).format(ods=ods, person_id=self.pat)


@asynccontextmanager
async def helped(database: Database) -> AsyncGenerator[Helped]:
    async with town(database) as network:
        hana = await network.hire(network.ada, "QZZ", "Hana", "helper", "coordinator")
        theo = await network.hire(network.ada, "RX2", "Theo", "helper")
        made = await network.must(hana, "identity", "/organisations/QZZ/people", {"called": "Pat"})
        yield Helped(network, hana, theo, UUID(made["account_id"]))


def own_reads(service: str) -> list[str]:
    """What can be read of one's own without an id, at its helper's address."""
    start = API.format(service=service) + "/for/{ods}/people/{person_id}/"
    found = {route.path for route in routes(service) if route.path.startswith(start) and "GET" in route.methods}
    return sorted(path for path in found if path.count("{") == 2)


async def test_a_helper_reads_in_every_room_what_the_person_could_and_nobody_else_does(database: Database) -> None:
    async with helped(database) as world:
        network, read = world.network, list[str]()
        rota = {"called": "Rota", "roles": ["coordinator"]}
        machine = await network.must(network.ada, "identity", "/organisations/QZZ/machines", rota)
        token = (await network.must(None, "identity", "/tokens", {"secret": machine["secret"]}))["token"]
        await network.rooms.carry()
        for service in NAMES:
            for path in own_reads(service):
                own = path.removeprefix(API.format(service=service))
                theirs = own.format(ods="QZZ", person_id=world.pat)
                answer = await network.ask(world.hana, "GET", service, theirs)
                assert answer.status_code == 200 or refusal(answer) == "not-found", (path, answer.text)
                read += [service] if answer.is_success else []
                other = own.format(ods="RX2", person_id=world.pat)
                for who, at in ((world.theo, other), (world.theo, theirs), (token, theirs), (None, theirs)):
                    refused = await network.ask(who, "GET", service, at)
                    assert refused.status_code in (401, 403, 404), (path, at, refused.text)
                themselves = own.format(ods="QZZ", person_id=world.hana.id)
                assert refusal(await network.ask(world.hana, "GET", service, themselves)) == "not-yourself"
        assert set(read) == {*NAMES} - {"identity"}


async def test_what_a_helper_changes_is_kept_with_both_hands_and_the_person_is_told(database: Database) -> None:
    async with helped(database) as world:
        network, hana = world.network, world.hana
        policies = (await network.ask(hana, "GET", "recruitment", "/policies")).json()
        both = {kind: policies[kind]["version"] for kind in ("code_of_conduct", "data_notice")}
        asks = {"full_name": "Pat Example", "why": "I care for my father.", **both}
        await network.must(hana, "recruitment", world.at("/mine/application"), asks)
        await network.join(Somebody(world.pat, ""))
        details = {"payee_name": "P EXAMPLE", "sort_code": "200000", "account_number": "55779911"}
        given = await network.ask(hana, "PUT", "payments", world.at("/mine/payee-details"), details)
        assert given.is_success, given.text
        seen = (await network.ask(hana, "GET", "payments", world.at("/mine/payee-details"))).json()
        assert seen == {"payee_name": None, "account": None, "given_at": None}, "it waits, and no helper reads it"
        confirm = world.at("/mine/payee-details/confirm")
        said = {"sort_code": "200000", "account_number": "55779911"}
        assert refusal(await network.post(hana, "payments", confirm, said)) == "entered-by-you"
        ines = await network.hire(network.ada, "QZZ", "Ines", "helper")
        await network.must(ines, "payments", confirm, said)
        for who in (world.theo, None):
            refused = await network.ask(who, "PUT", "payments", world.at("/mine/payee-details"), details)
            assert refused.status_code in (401, 404)
        told = await network.ask(hana, "GET", "notifications", world.at("/mine/messages"))
        assert told.is_success
        async with network.rooms.apps["notifications"].database.transaction(SYSTEM) as tx:
            rows = await tx.fetch("select what, helped_by from help_given where person_id = $1", world.pat)
        assert {(row["what"], row["helped_by"]) for row in rows} == {
            ("apply", hana.id),
            ("give_details", hana.id),
            ("confirm_details", ines.id),
        }
        assert {row["what"] for row in rows} <= DONE.keys()


async def test_the_document_names_the_helpers_address_with_its_person_and_its_key(database: Database) -> None:
    payments = await database.connect("payments")
    async with payments.browser() as browser:
        paths = (await browser.get("/api/payments/openapi.json")).json()["paths"]
    own, theirs = (
        paths[f"/api/payments/v1{at}/claims/{{id}}/send"]["post"] for at in ("/mine", for_them("/mine/")[:-1])
    )
    assert (own["operationId"], theirs["operationId"]) == ("send_claim", "send_claim_for_them")
    named = {one["name"] for one in theirs["parameters"]}
    assert named == {one["name"] for one in own["parameters"]} | {"ods", "person_id"}
    assert {"Idempotency-Key", "If-Match"} <= named
    assert theirs["tags"] == ["helping"]
