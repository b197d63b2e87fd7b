"""The templates that organisations keep for themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.beginning import MOST_TEMPLATES, TemplateCalledSo, TooManyTemplates


@dataclass(frozen=True)
class OwnTemplate:
    """`says`: answers to the questions of a draft, as the API is sent them."""

    id: UUID
    called: str
    says: Mapping[str, Any]
    kept_at: datetime


_TEMPLATE = "select id, called, says, kept_at from role_template where organisation_id = $1"
NEWEST = Listing(
    "own templates",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            _TEMPLATE + " and (kept_at, id) < ($2, $3) order by kept_at desc, id desc limit $4",
            by={"kept_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from role_template where organisation_id = $1 limit $2) as counted",
)


def _read(row: Row) -> OwnTemplate:
    return OwnTemplate(row["id"], row["called"], json.loads(row["says"]), row["kept_at"])


async def newest(tx: Transaction[Member], asked: Asked) -> Page[OwnTemplate]:
    """One page of those of the organisation that is acted for."""
    page = await NEWEST.page(tx, asked, tx.acting.organisation_id)
    return page.with_items([_read(row) for row in page.items])


async def get(tx: Transaction[Member], id: UUID) -> OwnTemplate:
    """Raises NotFound, for another organisation's too."""
    row = await tx.fetchrow(_TEMPLATE + " and id = $2", tx.acting.organisation_id, id)
    if row is None:
        raise NotFound
    return _read(row)


async def lock(tx: Transaction[Member], id: UUID) -> OwnTemplate:
    """Raises NotFound, for another organisation's too."""
    row = await tx.lock_one(_TEMPLATE + " and id = $2 for update", tx.acting.organisation_id, id)
    if row is None:
        raise NotFound
    return _read(row)


async def add(tx: Transaction[Member], called: str, says: Mapping[str, Any]) -> UUID:
    """Raises TemplateCalledSo and TooManyTemplates."""
    id, whose = new_id(), tx.acting.organisation_id
    if await tx.fetchval("select count(*) from role_template where organisation_id = $1", whose) >= MOST_TEMPLATES:
        raise TooManyTemplates
    try:
        await tx.change_one(
            "insert into role_template (id, organisation_id, called, says, kept_at) values ($1, $2, $3, $4, $5)",
            *(id, whose, called, json.dumps(says), tx.now),
        )
    except asyncpg.UniqueViolationError:
        raise TemplateCalledSo from None
    return id


async def rename(tx: Transaction[Member], id: UUID, called: str) -> None:
    """The caller holds its row. Raises TemplateCalledSo."""
    try:
        await tx.change_one("update role_template set called = $2 where id = $1", id, called)
    except asyncpg.UniqueViolationError:
        raise TemplateCalledSo from None


async def delete(tx: Transaction[Member], id: UUID) -> None:
    """The caller holds its row."""
    await tx.change_one("delete from role_template where id = $1", id)
