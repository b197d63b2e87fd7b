"""For makers: the catalogue of events, with schemas and examples; the services' APIs; what each refusal means."""

import ast
import json
import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response

from schemas import contracts
from schemas.event import type_named
from schemas.history import PUBLISHED, newest_edition
from schemas.links import FEED
from services.chassis.base.access import TOKEN_LIFE
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.request import render, site_of
from services.chassis.http.static_files import FOR_OTHER_SITES
from services.identity.tokens import TRY_IT_PROFILES
from services.identity.web.ops import services

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
CODE = Path(__file__).parents[2]
EXAMPLES = CODE / "matching/examples.json"
DAYS_AHEAD = {"apply_by": 14, "decide_by": 21, "session_at": 28, "feedback_by": 56}
EXAMPLE = Path(__file__).parents[3] / "deploy/kafka/partner_example.py"
SCRIPT, LOOK = FOR_OTHER_SITES
MOST_QUERY = 400
_EDITION = re.compile(r"^(?P<topic>[a-z_.0-9]+)\.v(?P<number>[1-9][0-9]{0,3})\.json$")


@dataclass(frozen=True)
class Topic:
    """A topic as the catalogue shows it."""

    name: str
    about: str
    owner: str
    readers: tuple[str, ...]
    public: bool
    edition: int
    events: tuple[tuple[str, str, str], ...]
    """Our name, the type outside, and what it says."""


@dataclass(frozen=True)
class Problem:
    """A refusal: its slug, its status, and the words a person reads."""

    slug: str
    status: int
    words: str


@cache
def catalogue() -> list[Topic]:
    """Every topic, in the order of topics.yaml."""
    plan = contracts.plan()["topics"]
    return [
        Topic(
            name=name,
            about=contracts.says(state),
            owner=plan[name]["owner"],
            readers=tuple(plan[name]["readers"]),
            public=plan[name].get("public", False),
            edition=newest_edition(name),
            events=tuple(
                (fact.__name__, type_named(name, fact.__name__), contracts.says(fact))
                for fact in contracts.facts_of(state)
            ),
        )
        for name, state in contracts.states().items()
    ]


@cache
def problems() -> list[Problem]:
    """Every refusal of every service, read from the code, so that it is whole wherever this service runs."""
    found: dict[str, Problem] = {}
    sources = [text for path in CODE.rglob("*.py") if "slug=" in (text := path.read_text())]
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef) and (problem := _problem(node)):
                found[problem.slug] = problem
    return [found[slug] for slug in sorted(found)]


def _problem(node: ast.ClassDef) -> Problem | None:
    given = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
    if "slug" not in given:
        return None
    status = given.get("status", 409)
    words = " ".join((ast.get_docstring(node) or "").split())
    return Problem(str(given["slug"]), status if isinstance(status, int) else 409, words)


@cache
def published() -> dict[str, Path]:
    """The published documents by the last part of their address."""
    documents = {path.name: path for path in PUBLISHED.glob("*.json")}
    for folder in PUBLISHED.glob("examples/*"):
        newest = max(folder.glob("v*.json"), key=lambda path: int(path.stem[1:]), default=None)
        if newest:
            documents[f"{folder.name}.example.json"] = newest
    return documents | ({EXAMPLE.name: EXAMPLE} if EXAMPLE.exists() else {})


@router.get("/developers")
async def developers(request: Request, acting: Anyone, query: str = "") -> Response:
    """`query`: of the list, for whoever wants a part of it on their website."""
    settings = site_of(request).settings
    query = urlencode(parse_qsl(query.lstrip("?")[:MOST_QUERY]))
    return render(
        request,
        "developers.jinja",
        topics=catalogue(),
        services=services(),
        published=published(),
        first=first_write(settings.base_url, datetime.now(UTC)),
        query=query,
        snippet=for_another_site(settings.base_url, query),
        script=SCRIPT,
        look=LOOK,
        licence=settings.feed_licence,
        site=settings.base_url,
        is_demo=settings.profile in TRY_IT_PROFILES,
        token_minutes=int(TOKEN_LIFE.total_seconds() // 60),
    )


def for_another_site(base_url: str, query: str) -> str:
    """What somebody copies into a page of their own website to show the list there, or a part of it."""
    narrowed = f' data-query="{escape(query)}"' if query else ""
    address = escape(f"{base_url}{FEED}" + (f"?{query}" if query else ""))
    return (
        f'<div data-pln-roles{narrowed} data-heading="3" data-most="5">\n'
        f'  <p><a href="{address}">See all open roles</a></p>\n'
        "</div>\n"
        f'<script async src="{base_url}{SCRIPT}" referrerpolicy="no-referrer"></script>'
    )


def first_write(base_url: str, now: datetime) -> str:
    """A command for a shell that posts an opportunity; `$TOKEN` and `$ODS` were set by those before it.

    What it sends is the example of matching's document, with days that are still to come.
    """
    days = {name: (now + timedelta(days=ahead)).strftime("%Y-%m-%dT%H:00:00Z") for name, ahead in DAYS_AHEAD.items()}
    body = json.dumps(json.loads(EXAMPLES.read_text(encoding="utf-8"))["Draft"] | days, indent=1)
    return (
        f'curl --fail-with-body -X POST "{base_url}/api/matching/v1/organisations/$ODS/opportunities" \\\n'
        '  -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\\n'
        f'  -H "Idempotency-Key: $(date +%s%N)" -d {shlex.quote(body)}'
    )


@router.get("/developers/problems")
async def explain_problems(request: Request, acting: Anyone) -> Response:
    return render(request, "problems.jinja", problems=problems())


@router.get("/developers/published/{name}")
async def document(request: Request, name: str, acting: Anyone) -> Response:
    """A published document, or the schema of a topic in one of its editions: what `ce_dataschema` of an event names."""
    if path := published().get(name):
        media = "application/json" if path.suffix == ".json" else "text/plain"
        return Response(path.read_bytes(), media_type=media)
    asked = _EDITION.match(name)
    topic, number = (asked["topic"], int(asked["number"])) if asked else ("", 0)
    if topic not in contracts.states() or not 1 <= number <= newest_edition(topic):
        raise NotFound
    return Response(edition(topic, number), media_type="application/schema+json")


@cache
def edition(topic: str, number: int) -> str:
    """The newest edition of a topic is what is published of it; earlier ones are told by their history."""
    if number == newest_edition(topic):
        return (PUBLISHED / f"{topic}.json").read_text(encoding="utf-8")
    return json.dumps(contracts.edition_document(topic, number))
