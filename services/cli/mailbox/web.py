"""The mailbox as pages and as JSON. Letters are shown as plain text; only links to the network can be clicked."""

import re
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from services.chassis.http.static_files import StaticFiles
from services.chassis.http.templating import Templates
from services.cli.mailbox import texts
from services.cli.mailbox.received import Letters

Piece = tuple[str, str]
"""Some text, and the address that it links to ("" for none)."""


def make_app(letters: Letters, *, network_name: str, base_url: str) -> Starlette:
    """`/` the list, `/mail/{id}` one letter, `/mail/{id}/source` as it came, `/api/mails?to=` as JSON, newest first;
    and what the network sends texts to (`texts`).
    """
    pages = Templates(Path(__file__).parent / "templates", network_name=network_name, demo=True)

    async def mails(request: Request) -> Response:
        to = request.query_params.get("to", "")
        found = letters.newest_first(to=to)
        return pages.render(request, "mails.jinja", letters=found, to=to, values={"to": to}, base_url=base_url)

    async def mail(request: Request) -> Response:
        letter = letters.get(request.path_params["id"])
        if letter is None:
            return pages.render(request, "no_mail.jinja", status=404, base_url=base_url)
        text = pieces(letter.text, base_url)
        return pages.render(request, "mail.jinja", letter=letter, pieces=text, base_url=base_url)

    async def source(request: Request) -> Response:
        """As the mail server got it, which is plain text whatever is in it."""
        letter = letters.get(request.path_params["id"])
        if letter is None:
            return pages.render(request, "no_mail.jinja", status=404, base_url=base_url)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(letter.source.encode("latin-1"), media_type="text/plain; charset=us-ascii", headers=headers)

    async def as_json(request: Request) -> Response:
        found = letters.newest_first(to=request.query_params.get("to", ""))
        return JSONResponse([letter.as_json() for letter in found], headers={"Cache-Control": "no-store"})

    routes = [
        Route("/", mails),
        Route("/mail/{id}", mail),
        Route("/mail/{id}/source", source),
        Route("/api/mails", as_json),
        *texts.routes(letters),
        Mount("/static", StaticFiles()),
    ]
    return Starlette(routes=routes)


def pieces(text: str, base_url: str) -> list[Piece]:
    """The text in pieces, those that are an address of the network with their link."""
    found: list[Piece] = []
    end = 0
    for match in re.finditer(re.escape(base_url) + r"(?:/[^\s<>\"']*|(?![\w.:@-]))", text):
        address = match[0].rstrip(".,;:)")
        found += [(text[end : match.start()], ""), (address, address)]
        end = match.start() + len(address)
    return [piece for piece in (*found, (text[end:], "")) if piece[0]]
