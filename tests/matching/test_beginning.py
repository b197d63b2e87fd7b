"""How a posting begins: with a template from practice or of one's own, or as a copy of a role that was posted."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest
from prometheus_client import REGISTRY

from schemas.identity import Desk, Organisation, OrganisationChanged
from schemas.payments import RateCardIssued
from schemas.training import ProgrammeOffered
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from services.matching.domain import practice
from services.matching.domain.draft import Draft
from tests.matching.posting import date_typed, send
from tests.matching.world import NOW, a_trust, post, programme, rate, withdraw
from tests.ready import PAID, UNPAID, WORK
from tests.support import Connected, Person, api, form_key, hidden, member, organisation, registered, save_page

START = "/opportunities/for/RX2/start"
WHEN = {"place": "Room 4", "getting_in": "A door without steps.", "session_time": "2:30pm"}
"""What a template does not say of when and where, besides the day."""


def text(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def on_page(answer: httpx.Response) -> dict[str, Any]:
    """What a page's form is filled in with."""
    return hidden(answer.text)
