"""Lists of people by the API: sent, tried, released, handed on, undone; each once, and to nobody else."""

from schemas.identity import AccountOpened
from schemas.signed import REGISTER_CONTACTS, REGISTER_SECONDS
from services.chassis.base.tables.refusals import MOST_SENT_BYTES
from services.chassis.http.signed_values import read_signed
from services.chassis.http.uploads import MAX_UPLOAD_BYTES
from tests.recruitment.registers import ANN, BEN, Lists, as_csv
from tests.support import Person


async def test_a_list_goes_its_way_by_the_api(lists: Lists) -> None:
    scene, ods = lists.scene, lists.scene.trust.ods_code
    all_lists, releases = f"/organisations/{ods}/lists", "/organisations/QNX/lists-to-release"
    async with scene.recruitment.api(lists.ada) as ada, scene.recruitment.api(scene.screener) as robin:
        wrong = await ada.post(all_lists, content=b"%PDF-1.7 \x00")
        assert (wrong.status_code, wrong.json()["type"].endswith("no-table")) == (422, True)
        sent = await ada.post(all_lists + "?name=people.csv", content=as_csv(ANN, BEN))
        assert sent.status_code == 201, sent.text
        one = f"{all_lists}/{sent.json()['id']}"
        found = (await ada.get(one)).json()
        assert (found["stage"], found["file_name"], found["choices"]["map"]) == ("read", "people", True)
        tried = await ada.put(f"{one}/columns", json={"meanings": found["meanings"]})
        assert tried.json()["stage"] == "checked", tried.text
        lines = (await ada.get(f"{one}/lines?show=good")).json()["lines"]
        assert [line["line"] for line in lines] == [2, 3]
        assert (await ada.post(one + "/bring-in")).json()["type"].endswith("network-releases")
        assert (await robin.get(one.replace(all_lists, releases))).status_code == 404
        assert (await ada.post(one + "/ask-release")).json()["stage"] == "waits"
        [waiting] = (await robin.get(releases)).json()["lists"]
        assert waiting["people"] == 0
        assert (await robin.post(f"{releases}/{waiting['id']}/give-back")).json()["stage"] == "checked"
        assert (await ada.post(one + "/ask-release")).json()["stage"] == "waits"
        assert (await robin.post(f"{releases}/{waiting['id']}/release")).json()["stage"] == "running"
        await scene.recruitment.settle()
        assert (await robin.get(f"{releases}/{waiting['id']}")).json()["people"] == 2
        assert (await ada.get(f"/organisations/QNX/lists/{waiting['id']}")).status_code == 404
        assert (await ada.get(one + "/parts")).status_code == 404
        assert (await ada.post(one + "/hand-on")).json()["stage"] == "done"
        parts = (await ada.get(one + "/parts")).json()
        secret = scene.recruitment.app.site.form_secret
        part = read_signed(secret, parts["contacts"], purpose=REGISTER_CONTACTS, max_age_seconds=REGISTER_SECONDS)
        assert [row["email"] for row in part["rows"]] == ["ann@people.example", "ben@people.example"]
        assert (await ada.post(one + "/undo")).json()["type"].endswith("list-handed-on")
        assert (await ada.post(one + "/delete")).status_code == 409
        assert len((await ada.get(all_lists)).json()["lists"]) == 1
        application_id, person_id = (await lists.people())["Ann"]
        said = await robin.post(f"/organisations/QNX/applications/{application_id}/said", json={"says": "yes"})
        assert said.json() == {"says": "yes"}
    await scene.recruitment.settle()
    ann = Person(called="Ann", id=person_id)
    await scene.recruitment.hears_and_settles(AccountOpened(ann.account))
    async with scene.recruitment.api(ann) as client:
        [past] = (await client.get("/mine/past")).json()["past"]
        assert (past["what"], past["declared_by"]) == ("Reader", scene.trust.name)
        at = f"/mine/past/{past['id']}"
        right = {"what": "Reader of leaflets", "body": "", "since": "2019", "until": "2018"}
        assert (await client.put(at, json=right)).status_code == 422
        assert (await client.put(at, json=right | {"until": "2020"})).status_code == 200
        assert (await client.post(at + "/take-out")).status_code == 200
        assert (await client.get("/mine/past")).json()["past"] == []


async def test_of_each_column_it_is_said_what_it_means_and_notes_are_never_taken(lists: Lists) -> None:
    one = f"/organisations/{lists.scene.trust.ods_code}/lists"
    async with lists.scene.recruitment.api(lists.ada) as ada:
        sent = await ada.post(one, content=as_csv(["Ann", "x@y.example", "ill"], heading=["Name", "E-mail", "Notes"]))
        one += f"/{sent.json()['id']}"
        for meanings, slug in (
            (["full_name"], "a-meaning-for-each-column"),
            (["full_name", "full_name"], "a-meaning-for-each-column"),
            (["full_name", "email", "leave_out", "phone"], "a-meaning-for-each-column"),
            (["full_name", "email", "work_title"], "notes-never-taken"),
            (["full_name", "full_name", "leave_out"], "meaning-twice"),
            (["leave_out", "email", "leave_out"], "no-name-column"),
        ):
            refused = await ada.put(one + "/columns", json={"meanings": meanings})
            assert (refused.status_code, refused.json()["type"].rpartition("#")[2]) == (422, slug), refused.text
        assert (await ada.put(one + "/columns", json={"meanings": ["full_name", "email", "leave_out"]})).is_success


async def test_a_list_that_is_too_large_is_refused_in_words_about_lists(lists: Lists) -> None:
    at = f"/organisations/{lists.scene.trust.ods_code}/lists"
    async with lists.scene.recruitment.api(lists.ada) as ada:
        for size in (MOST_SENT_BYTES + 1, MAX_UPLOAD_BYTES + 1):
            refused = await ada.post(at, content=b"x" * size)
            assert (refused.status_code, "split the list" in refused.json()["detail"]) == (413, True), refused.text
    refused = await lists.sends(b"x" * (MAX_UPLOAD_BYTES + 1))
    assert (refused.status_code, "split the list" in refused.text) == (413, True), refused.text
