"""A letter with a link, for whoever said yes to being kept and has no way to sign in: sent on from recruitment's page.

Whoever presses the button may have been forwarded the link of that page, so nothing of the person is shown here.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.signed import WANTS_LETTER, WANTS_LETTER_SECONDS
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.request import render, site_of
from services.chassis.http.sending import HIDDEN_ONLY, submit_as
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits
from services.notifications.commands import first_sign_in
from services.notifications.domain.first_sign_in import PageTooOld
from services.notifications.forms import WantsLetter

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Asking = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.CONFIRM))]
DONE = {"sent": "We are sending you a letter."}


@router.get(links.LETTER_TO_SIGN_IN)
async def sent(request: Request, acting: Anyone) -> Response:
    """What to do with it."""
    done = confirmation(request, DONE)
    return render(request, "letter_to_sign_in.jinja", done=done, links=links)


@router.post(links.LETTER_TO_SIGN_IN)
async def send(request: Request, acting: Asking) -> Response:
    async def act(tx: Transaction[Person], form: WantsLetter) -> str:
        await first_sign_in.send_letter(tx)
        return confirmed(links.LETTER_TO_SIGN_IN, "sent")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        raise PageTooOld

    async def as_whom(form: WantsLetter) -> Person:
        return _whose(request, form.wants)

    return await submit_as(request, acting, WantsLetter, act, again, kind=HIDDEN_ONLY, as_whom=as_whom)


def _whose(request: Request, wants: str) -> Person:
    """Raises PageTooOld where recruitment signed it more than an hour ago, or not at all."""
    try:
        said = read_signed(
            site_of(request).form_secret, wants, purpose=WANTS_LETTER, max_age_seconds=WANTS_LETTER_SECONDS
        )
        person_id = UUID(str(said["person_id"]))
    except (ValueError, KeyError):
        raise PageTooOld from None
    return Person(person_id=person_id, by=person_id)
