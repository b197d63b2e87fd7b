"""The words of a conversation where a message carries them: read out on the phone, printed in a letter, said where they
are met; in an e-mail only where its person chose that. They are put in as it goes out, and kept nowhere else: a
letter that was posted and is printed again has those of which it told."""

from collections.abc import Sequence
from dataclasses import replace

from services.chassis.base.wording import day
from services.chassis.postgres.transaction import Transaction
from services.notifications import words_of_now
from services.notifications.conversation_forms import host_of
from services.notifications.domain.contact import BY_PEOPLE
from services.notifications.domain.conversation import Said
from services.notifications.domain.kinds import MESSAGE_WRITTEN
from services.notifications.domain.message import Message
from services.notifications.store import said as store


async def to_be_told(tx: Transaction, messages: Sequence[Message]) -> list[Message]:
    """As staff tell or print them: lists of roles too."""
    return await with_words(tx, await words_of_now.in_words(tx, messages))


async def with_words(tx: Transaction, messages: Sequence[Message], *, in_mail: bool = False) -> list[Message]:
    """The same, where each that says that there is something new has its words. Nothing is asked where none does.
    `in_mail`: its person wants them in their e-mail."""
    carries = [
        one
        for one in messages
        if one.news.kind == MESSAGE_WRITTEN and (one.channel in BY_PEOPLE or (in_mail and one.channel == "email"))
    ]
    if not carries:
        return list(messages)
    posted = [one.id for one in carries if one.channel == "post" and one.status == "sent"]
    said = await store.to_read_out(tx, [one.news.about for one in carries])
    before = await store.printed_before(tx, posted) if posted else {}

    def words(one: Message) -> Sequence[Said]:
        return before.get(one.id, []) if one.id in posted else said.get(one.news.about, [])

    return [_with(one, words(one)) if one in carries else one for one in messages]


def _with(message: Message, said: Sequence[Said]) -> Message:
    if not said:
        return message
    words = "\n\n".join(["This is what was written:", *(_in_words(one) for one in said)])
    news = message.news
    easy = f"{news.easy}\n\n{words}" if news.easy else ""
    return replace(message, news=replace(news, body=f"{news.body}\n\n{words}", easy=easy))


def _in_words(one: Said) -> str:
    parts = [f"On {day(one.said_at)}:", one.words]
    if one.link:
        parts.append(f"(With a recording at {host_of(one.link)}, which is on the page.)")
    if one.has_file:
        parts.append("(With a file, which is on the page.)")
    return "\n".join(part for part in parts if part)
