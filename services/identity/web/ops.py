"""Where operators begin: every service's page of what is stuck, and the runbooks."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from schemas import contracts
from services.chassis.base import hands
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.request import render

router = APIRouter()
Operator = Annotated[hands.Operator, Depends(entry.operator)]
RUNBOOKS = Path(__file__).parents[3] / "deploy/runbooks"


def services() -> dict[str, list[str]]:
    """Each service, and the topics that it writes."""
    owned: dict[str, list[str]] = {}
    for topic, about in contracts.plan()["topics"].items():
        owned.setdefault(about["owner"], []).append(topic)
    return owned


def runbooks() -> dict[str, str]:
    """The text of each runbook by its name."""
    return {path.stem: path.read_text() for path in sorted(RUNBOOKS.glob("*.md"))}


@router.get("/ops")
async def overview(request: Request, acting: Operator) -> Response:
    return render(request, "operators.jinja", services=services(), runbooks=runbooks())


@router.get("/ops/runbooks/{name}")
async def runbook(request: Request, name: str, acting: Operator) -> Response:
    text = runbooks().get(name)
    if text is None:
        raise NotFound
    return render(request, "runbook.jinja", name=name, text=text)
