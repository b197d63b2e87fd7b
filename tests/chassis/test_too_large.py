"""Whatever is too large is refused in the words of what was sent: a photo, a list, a part of a list, anything else."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant

from services import load
from services.chassis import app
from services.chassis.base.files.refusals import FileTooLarge
from services.chassis.base.refusals import Refused, TooLarge
from services.chassis.base.tables.refusals import TableTooLarge
from services.chassis.http import files, uploads
from services.chassis.http.uploads import MAX_BODY_BYTES, MAX_LONG_FORM_BYTES, MAX_UPLOAD_BYTES, PartTooLarge
from services.chassis.service import Service
from tests.notifications.listed import HERE, a_listing
from tests.support import Connected, form_key

SENT: dict[str, tuple[type[Refused], int]] = {
    "POST /people/for/{ods}/phone": (FileTooLarge, MAX_UPLOAD_BYTES),
    "PUT /api/recruitment/v1/organisations/{ods}/applications/{id}/signed-form": (FileTooLarge, MAX_UPLOAD_BYTES),
    "POST /engagements/for/{ods}/{opportunity_id}/sessions/{session_id}/page/papers": (FileTooLarge, MAX_UPLOAD_BYTES),
    "POST /api/engagements/v1/organisations/{ods}/intakes/{opportunity_id}/sessions/{session_id}/papers": (
        *(FileTooLarge, MAX_UPLOAD_BYTES),
    ),
    "POST /people/for/{ods}/import": (TableTooLarge, MAX_UPLOAD_BYTES),
    "POST /api/recruitment/v1/organisations/{ods}/lists": (TableTooLarge, MAX_UPLOAD_BYTES),
    "POST /messages/for/{ods}/register": (PartTooLarge, MAX_LONG_FORM_BYTES),
    "POST /api/notifications/v1/organisations/{ods}/registers": (PartTooLarge, MAX_LONG_FORM_BYTES),
    "POST /api/training/v1/organisations/{ods}/registers": (PartTooLarge, MAX_LONG_FORM_BYTES),
    "POST /training/for/{ods}/register": (PartTooLarge, MAX_LONG_FORM_BYTES),
    "POST /messages/mine/conversations/{about}/{id}": (FileTooLarge, MAX_UPLOAD_BYTES),
    "POST /messages/for/{ods}/people/{person_id}/conversations/{about}/{id}": (FileTooLarge, MAX_UPLOAD_BYTES),
    "POST /messages/for/{ods}/conversations/{about}/{id}": (FileTooLarge, MAX_UPLOAD_BYTES),
    "POST /messages/for/{ods}/roles/{opportunity_id}/write": (FileTooLarge, MAX_UPLOAD_BYTES),
    "POST /api/notifications/v1/organisations/{ods}/roles/{opportunity_id}/write/file": (
        FileTooLarge,
        MAX_UPLOAD_BYTES,
    ),
    **{
        f"POST /api/notifications/v1/{whose}/conversations/{{about}}/{{id}}/files": (FileTooLarge, MAX_UPLOAD_BYTES)
        for whose in ("mine", "for/{ods}/people/{person_id}", "organisations/{ods}")
    },
}
"""Every route that takes more than a form, of all rooms."""


def routes(service: Service) -> Iterator[tuple[str, Dependant]]:
    for route in app.routes(service):
        one: Any = route
        for method in sorted(getattr(one, "methods", None) or ()):
            if hasattr(one, "dependant"):
                yield f"{method} {one.path}", one.dependant


def declares(dependant: Dependant) -> Iterator[Any]:
    """The functions by which a route says that it takes more than a form."""
    for one in dependant.dependencies:
        if getattr(one.call, "__qualname__", "").partition(".")[0] in ("takes_file", "takes_long_form"):
            yield one.call
        yield from declares(one)


async def test_each_route_that_takes_more_than_a_form_has_the_words_of_what_it_takes() -> None:
    found: dict[str, tuple[type[Refused], int]] = {}
    for service in load():
        for name, dependant in routes(service):
            for declared in declares(dependant):
                request: Any = SimpleNamespace(state=SimpleNamespace())
                if declared.__qualname__.startswith("takes_long_form"):
                    await declared(request, None)
                else:
                    declared(request)
                found[name] = (type(uploads.too_large(request)), uploads.most_bytes(request))
    assert found == SENT
    plain: Any = SimpleNamespace(state=SimpleNamespace())
    assert (type(uploads.too_large(plain)), uploads.most_bytes(plain)) == (TooLarge, MAX_BODY_BYTES)


@pytest.mark.parametrize(
    ("refused", "words"),
    [(FileTooLarge, "5 MB"), (TableTooLarge, "5 MB"), (PartTooLarge, "4 MB"), (TooLarge, "256 KB")],
)
def test_the_words_name_the_size_and_what_to_do(refused: type[Refused], words: str) -> None:
    said = refused().words
    assert words in said and len(said.split(". ")) == 2
    assert files.CHOOSE_AGAIN


async def test_a_part_of_a_list_that_is_too_large_is_refused_so_by_its_page(notifications: Connected) -> None:
    listing = await a_listing(notifications, [{}])
    async with notifications.browser(listing.admin) as browser:
        key = form_key((await browser.get("/messages/mine")).text)
        answer = await browser.post(HERE, data={"form_key": key, "part": "x" * (MAX_LONG_FORM_BYTES + 1)})
    assert (answer.status_code, "Split the list into several files" in answer.text) == (413, True)
