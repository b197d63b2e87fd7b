"""The front desk, assembled."""

from pathlib import Path

from services.chassis.service import Service
from services.identity import CARD, api, jobs, reactions, restate, web
from services.identity.store import sign_in

service = Service(
    card=CARD,
    folder=Path(__file__).parent,
    reactions=reactions.reactions,
    jobs=jobs.jobs,
    pages_router=web.router,
    api_router=api.router,
    owned=restate.OWNED,
    outgoing=(jobs.LETTERS,),
    waits=sign_in.waits,
)
