"""Keys of writes that a client may repeat, each spent in the transaction that does the write; only success spends one.

A key belongs to whoever the transaction acts for. The API spends one on one body for ever. A form may be corrected and
sent again under its key: then the newest body stands here, with those before it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from services.chassis.base.refusals import SameKeyOtherBody
from services.chassis.postgres.transaction import Transaction

MOST_EARLIER = 100
"""So many earlier bodies of one form are known again; who corrects it more often is asked to look at it."""

_LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
_FIND = """
select body_hash, answer, spent_at, sent_to, left_as, earlier from spent_key
where account_id is not distinct from $1 and key = $2
"""
_SPEND = """
insert into spent_key (account_id, key, body_hash, answer, sent_to, left_as) values ($1, $2, $3, $4, $5, $6)
"""
_SPEND_AGAIN = """
update spent_key set body_hash = $3, answer = $4, left_as = $5, earlier = $6, spent_at = clock_timestamp()
where account_id is not distinct from $1 and key = $2
"""


@dataclass(frozen=True)
class Spent:
    """What a key was spent on, last. `answer`: JSON text. `sent_to`, `left_as`: of forms only."""

    body_hash: bytes
    answer: str
    at: datetime
    sent_to: bytes | None = None
    left_as: str | None = None
    earlier: tuple[bytes, ...] = ()

    def on(self, body: bytes) -> bool:
        return self.body_hash == _hash(body)

    def before_on(self, body: bytes) -> bool:
        """On this body too, and then on another."""
        return _hash(body) in self.earlier


async def find(tx: Transaction, key: str) -> Spent | None:
    """None when it is unspent. Waits for a twin under way."""
    await tx.execute(_LOCK, f"{tx.acting.subject_id}:{key}")
    row = await tx.fetchrow(_FIND, tx.acting.subject_id, key)
    if row is None:
        return None
    answered = (row["body_hash"], str(row["answer"]), row["spent_at"])
    return Spent(*answered, row["sent_to"], row["left_as"], tuple(row["earlier"]))


async def answer_to(tx: Transaction, key: str, body: bytes) -> str | None:
    """The answer that this key was spent on; None when it is unspent.

    Raises SameKeyOtherBody when it was spent on another body.
    """
    spent = await find(tx, key)
    if spent and not spent.on(body):
        raise SameKeyOtherBody
    return spent.answer if spent else None


async def spend(
    tx: Transaction, key: str, body: bytes, answer: str, *, sent_to: bytes | None = None, left_as: str | None = None
) -> None:
    await tx.change_one(_SPEND, tx.acting.subject_id, key, _hash(body), answer, sent_to, left_as)


async def spend_again(
    tx: Transaction, key: str, body: bytes, answer: str, *, before: Spent, left_as: str | None = None
) -> None:
    """The form was acted on with another body than `before`, which `find` found (and so holds)."""
    earlier = [*before.earlier, before.body_hash][-MOST_EARLIER:]
    await tx.change_one(_SPEND_AGAIN, tx.acting.subject_id, key, _hash(body), answer, left_as, earlier)


def _hash(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
