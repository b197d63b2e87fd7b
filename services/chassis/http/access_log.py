"""A line for each request, where the setting PLN_ACCESS_LOG asks for it: the route and never the address itself.

An address holds ids, and what stands behind its `?` may be anything that somebody typed.
"""

import time

import structlog
from starlette.requests import Request
from starlette.types import Scope

from services.chassis.http.request import method_of, site_of

log = structlog.get_logger()


def note_request(scope: Scope, route: str, status: int, since: float) -> None:
    """`since`: when it came, by `time.perf_counter`."""
    site = site_of(Request(scope))
    if site.settings.access_log:
        took = round(time.perf_counter() - since, 4)
        log.info("request", service=site.service, method=method_of(scope), route=route, status=status, duration_s=took)
