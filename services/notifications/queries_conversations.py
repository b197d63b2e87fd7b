"""What the pages and the API show of conversations, to the person and to staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import files
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import conversations as commands
from services.notifications.domain import conversing
from services.notifications.domain.conversation import WHO_ANSWERS, About, Conversation
from services.notifications.domain.conversing import PersonChoices, ReadBy, StaffChoices, Standing
from services.notifications.store import conversation_lists as lists
from services.notifications.store import conversations as store
from services.notifications.store import said as said_store
from services.notifications.store import talked_about
from services.notifications.store.conversation_lists import Listed
from services.notifications.store.said import Shown

May = TypeVar("May", PersonChoices, StaffChoices)


@dataclass(frozen=True)
class Talk(Generic[May]):
    """A conversation as one side sees it. `conversation`: None before a word was written."""

    standing: Standing
    conversation: Conversation | None
    said: Page[Shown]
    read_by: ReadBy
    choices: May
    now: datetime


def about_of(text: str) -> About:
    """What an address says that a conversation is about. Raises NotFound."""
    found: Mapping[str, About] = {about: about for about in WHO_ANSWERS}
    if text not in found:
        raise NotFound
    return found[text]


async def mine(tx: Transaction[Person], asked: Asked, about: About, id: UUID) -> Talk[PersonChoices]:
    """Raises NotFound. What was written stays to be read when what it was about is gone."""
    standing = await commands.standing_of_person(tx, about, id)
    of = await store.get(tx, id)
    choices = conversing.choices_of_person(of, standing, now=tx.now)
    said = await said_store.of_conversation(tx, asked, id)
    return Talk(standing, of, said, standing.read_by(london_day(tx.now)), choices, tx.now)


async def theirs(tx: Transaction[Member], asked: Asked, about: About, id: UUID) -> Talk[StaffChoices]:
    """Raises NotFound."""
    standing = await commands.standing_of_staff(tx, about, id)
    of = await store.get(tx, id)
    choices = conversing.choices_of_staff(of, standing, by=tx.acting.by, now=tx.now)
    said = await said_store.of_conversation(tx, asked, id)
    tx.note(Happened.LOOKED, of=standing.between.person_id, what="conversation")
    return Talk(standing, of, said, standing.read_by(london_day(tx.now)), choices, tx.now)


async def my_list(tx: Transaction[Person], asked: Asked) -> Page[Listed]:
    return await lists.of_person(tx, asked, tx.acting.person_id)


async def has_a_coordinator(tx: Transaction[Person]) -> bool:
    """Whether somebody of the network looks after them, or would: they are in the pool."""
    leader = await talked_about.looked_after(tx, tx.acting.person_id)
    return leader is not None and leader.left_at is None


async def our_list(tx: Transaction[Member], asked: Asked, which: str, words: str) -> Page[Listed]:
    """Whoever waits longest first, then what was written last. `which`: waits, answered, or "" for all."""
    return await lists.of_staff(tx, asked, which, words)


async def my_file(tx: Transaction[Person], about: About, id: UUID, said_id: UUID) -> tuple[KeptFile, bytes]:
    """What came with one message. Raises NotFound."""
    await commands.standing_of_person(tx, about, id)
    return await _file(tx, id, said_id)


async def their_file(tx: Transaction[Member], about: About, id: UUID, said_id: UUID) -> tuple[KeptFile, bytes]:
    await commands.standing_of_staff(tx, about, id)
    return await _file(tx, id, said_id)


async def _file(tx: Transaction[Person] | Transaction[Member], id: UUID, said_id: UUID) -> tuple[KeptFile, bytes]:
    said = await said_store.one(tx, id, said_id)
    if said is None:
        raise NotFound
    file = await files.newest(tx, said.file_of, said_store.FILE)
    if file is None:
        raise NotFound
    return file, await files.content(tx, file.id)
