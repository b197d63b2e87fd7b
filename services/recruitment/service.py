"""The recruitment service, assembled."""

from pathlib import Path

from services.chassis.service import Service
from services.recruitment import CARD, api, jobs, reactions, restate, web
from services.recruitment.store import leaders, waiting

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
    leader_of=leaders.get,
)
