"""The mailbox as the demo's GOV.UK Notify: it takes texts as its API does, sends none, and shows them all."""

from email.message import EmailMessage
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.chassis.work.text_office import TEMPLATE
from services.cli.mailbox.received import Letters


def routes(letters: Letters) -> list[Route]:
    """Its template, whether a text was taken, and sending one."""
    taken: dict[str, dict[str, Any]] = {}

    async def template(request: Request) -> Response:
        return JSONResponse({"id": request.path_params["id"], "type": "sms", "version": 1, "body": TEMPLATE})

    async def known(request: Request) -> Response:
        found = taken.get(request.query_params.get("reference", ""))
        return JSONResponse({"notifications": [found] if found else [], "links": {}})

    async def send(request: Request) -> Response:
        given = await request.json()
        text, to, reference = given["personalisation"]["text"], given["phone_number"], given["reference"]
        message = EmailMessage()
        message["Subject"] = "A text"
        message.set_content(text)
        letters.keep(message.as_bytes(), recipients=[to], sender="text message")
        taken[reference] = {"id": reference, "reference": reference, "status": "delivered"}
        return JSONResponse({**taken[reference], "content": {"body": text, "from_number": "NETWORK"}}, 201)

    return [
        Route("/v2/template/{id}", template),
        Route("/v2/notifications", known),
        Route("/v2/notifications/sms", send, methods=["POST"]),
    ]
