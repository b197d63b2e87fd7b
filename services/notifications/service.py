"""The notifications service, assembled."""

from pathlib import Path

from services.chassis.service import Service
from services.notifications import CARD, api, jobs, reactions, restate, web
from services.notifications.store import waits

service = Service(
    card=CARD,
    folder=Path(__file__).parent,
    reactions=reactions.reactions,
    jobs=jobs.jobs,
    pages_router=web.router,
    api_router=api.router,
    owned=restate.OWNED,
    outgoing=(jobs.EMAILS, jobs.TEXTS),
    waits=waits.waits,
)
