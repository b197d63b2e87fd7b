"""The matching service, assembled."""

from pathlib import Path

from services.chassis.service import Service
from services.matching import CARD, api, jobs, reactions, restate, web
from services.matching.store import waiting

service = Service(
    card=CARD,
    folder=Path(__file__).parent,
    reactions=reactions.reactions,
    jobs=jobs.jobs,
    pages_router=web.router,
    api_router=api.router,
    owned=restate.OWNED,
    help=restate.HELP,
    waits=waiting.waits,
)
