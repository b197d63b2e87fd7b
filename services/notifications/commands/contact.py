"""How a person is reached: choose a channel, show that an address is one's own, help somebody on the phone."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from schemas import links
from schemas.identity import Account
from schemas.recruitment import Needs
from schemas.signed import VERIFIED_ADDRESS, VERIFIED_ADDRESS_SECONDS
from services.chassis.base.hands import Person
from services.chassis.base.keys import Secrets
from services.chassis.base.refusals import NotFound
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications import metrics, texts
from services.notifications.commands import alike, messages, monthly, receipts
from services.notifications.commands.going_out import CONFIRM_LINK, CONFIRMATION
from services.notifications.domain import contact as domain
from services.notifications.domain import kinds, needed
from services.notifications.domain.contact import CONFIRM, Contact, Wanted
from services.notifications.domain.message import News
from services.notifications.store import asking as asking_store
from services.notifications.store import contact as store
from services.notifications.store import messages as message_store

_VERIFIED = (VERIFIED_ADDRESS, VERIFIED_ADDRESS_SECONDS)
LINKS_AN_HOUR = 5
LINKS_A_DAY = 10
CHANGED = "contact_changed"


async def choose_contact(tx: Transaction[Person], wanted: Wanted, *, secret: Secrets, texts: bool = False) -> Contact:
    """How the acting person is reached from now on. An e-mail address not known to be theirs is sent a link first.

    `texts`: whether this network sends any. Raises WrongAddress, PhoneNeeded, MobileNeeded, TextsNotSent, PostNeeded,
    MeetNeeded, PageNeedsSignIn, ProofTooOld or TooManyLinks.
    """
    person_id = tx.acting.person_id
    assert person_id
    domain.must_be_sent(wanted.channel, texts=texts)
    proved = bool(wanted.proved) and wanted.channel == "email"
    if proved:
        address = proved_address(tx, wanted.proved, secret, _VERIFIED)
    else:
        address = domain.tidy(wanted.channel, wanted.address)
    if proved and address is None:
        raise domain.ProofTooOld
    account = await hold_account(tx, person_id)
    if wanted.channel == "page" and account is not None and not account.can_sign_in:
        raise domain.PageNeedsSignIn
    before = await store.lock(tx, person_id)
    proved_at = tx.now if proved else None
    asked = Contact(person_id, wanted.channel, address, proved_at, tx.now, person_id, by_text=wanted.by_text)
    contact = domain.choose(before, domain.detailed(before, await _as_they_need(tx, asked), wanted))
    await store.save(tx, contact)
    await _note_reached(tx, before, contact)
    if not contact.usable:
        await send_link(tx, contact)
    if before is not None and domain.is_another(before, contact):
        await _tell_of_change(tx, before, contact, can_sign_in=account is None or account.can_sign_in)
    return contact


async def _note_reached(tx: Transaction, before: Contact | None, contact: Contact) -> None:
    """Whoever began to join with a name is owed a receipt from the moment at which we know how to reach them. And it
    is looked whether somebody else is reached by the same."""
    await tx.due(alike.look_who_is_reached_alike, contact.person_id, alike.VERSION)
    await monthly.look_again(tx, contact.person_id)
    if before is None:
        tx.count(metrics.REACHABLE.labels(contact.way).inc)
        await tx.due(receipts.give_receipt, contact.person_id, 1)


async def _tell_of_change(tx: Transaction, before: Contact, contact: Contact, *, can_sign_in: bool) -> None:
    """By e-mail or on their page now, and at the address from before, in case it was not them who changed it."""
    text = texts.text_of(CHANGED, {})
    news = News(
        person_id=before.person_id,
        kind=CHANGED,
        about=before.person_id,
        stage=f"{CHANGED}:{new_id()}",
        subject=text.subject,
        body=text.body,
        link=links.MY_MESSAGES,
        link_words=text.link_words,
        good_until=kinds.good_until(kinds.of(CHANGED), happened_at=tx.now),
    )
    if contact.channel == "email" and contact.usable:
        await messages.queue_email(tx, news)
    elif can_sign_in:
        await messages.show_on_page(tx, news)
    if before.channel == "email" and before.usable:
        await messages.queue_email(tx, replace(news, stage=f"{CHANGED}:{new_id()}", address=before.address))


def proved_address(tx: Transaction[Person], proof: str, secret: Secrets, signed: tuple[str, int]) -> str | None:
    """The address, or None when the proof is broken, too old or not for the person who acts.

    `signed`: what it was signed for, and for how many seconds it is good.
    """
    purpose, seconds = signed
    try:
        data = read_signed(secret, proof, purpose=purpose, max_age_seconds=seconds)
    except ValueError:
        return None
    if data.get("person_id") != str(tx.acting.person_id):
        return None
    return domain.tidy("email", str(data.get("email", "")))


async def send_link(tx: Transaction, contact: Contact) -> None:
    """The link by which the person shows that the address is theirs. Raises TooManyLinks."""
    for most, within in ((LINKS_AN_HOUR, timedelta(hours=1)), (LINKS_A_DAY, timedelta(days=1))):
        if await message_store.count_of_kind(tx, contact.person_id, CONFIRM, since=tx.now - within) >= most:
            raise domain.TooManyLinks
    await _queue_link(tx, contact, f"{CONFIRM}:{new_id()}")


async def _queue_link(tx: Transaction, contact: Contact, stage: str) -> None:
    """The link is signed as it leaves."""
    text = texts.text_of(CONFIRM, {})
    news = News(
        person_id=contact.person_id,
        kind=CONFIRM,
        about=contact.person_id,
        stage=stage,
        subject=text.subject,
        body=text.body,
        link=CONFIRM_LINK,
        link_words=text.link_words,
        good_until=tx.now + kinds.CONFIRMATION,
        address=contact.address,
    )
    await messages.queue_email(tx, news)


async def prove_what_others_entered(tx: Transaction, person_id: UUID) -> None:
    """Whoever said yes to being kept is asked whether the e-mail address that an organisation gave is theirs; once."""
    await store.keep_people(tx, [person_id])
    if await asking_store.listed(tx, [person_id]):
        return
    contact = await store.lock(tx, person_id)
    if contact and contact.channel == "email" and not contact.verified and contact.entered_by != person_id:
        await _queue_link(tx, contact, f"{CONFIRM}:said_yes")


async def confirm_address(tx: Transaction[Person], token: str, *, secret: Secrets) -> None:
    """The acting person used the link that was sent to their address. Using it again changes nothing.

    Raises LinkNotGood.
    """
    email = proved_address(tx, token, secret, CONFIRMATION)
    if email is None:
        raise domain.LinkNotGood
    before = await store.lock(tx, tx.acting.person_id)
    contact = domain.confirm(before, email, now=tx.now)
    if contact != before:
        await store.save(tx, contact)
        await messages.send_what_waits(tx, contact.person_id)


@dataclass(frozen=True)
class Link:
    """Whose address a link would show to be theirs. Whoever has the link reads that mailbox."""

    person_id: UUID


def read_link(token: str, secret: Secrets) -> Link | None:
    """What a link is for; None of one that is broken or too old."""
    try:
        said = read_signed(secret, token, purpose=CONFIRMATION[0], max_age_seconds=CONFIRMATION[1])
        return Link(UUID(str(said.get("person_id"))))
    except ValueError:
        return None


async def hold(tx: Transaction[Person]) -> None:
    """How the acting person is reached stays as it is until the commit. Raises NotFound."""
    await hold_account(tx, tx.acting.person_id)
    await store.lock(tx, tx.acting.person_id)


async def hold_account(tx: Transaction, person_id: UUID) -> Account | None:
    """Their account, as far as it was heard of. Raises NotFound when the person was forgotten a moment ago: nothing
    more is kept of them."""
    await store.keep_people(tx, [person_id])
    heard = await store.account(tx, person_id)
    if heard is not None and heard.account is None:
        raise NotFound
    return heard.account if heard else None


async def enter_contact(tx: Transaction[Person], wanted: Wanted, *, texts: bool = False) -> None:
    """A helper enters how somebody is reached. Who entered it is kept, and a mailbox from before is told.

    Raises PhoneOrPost, PhoneNeeded, MobileNeeded, TextsNotSent, PostNeeded or MeetNeeded.
    """
    if wanted.channel not in domain.BY_HELPER:
        raise domain.PhoneOrPost
    domain.must_be_sent(wanted.channel, texts=texts)
    address = domain.tidy(wanted.channel, wanted.address)
    account = await hold_account(tx, tx.acting.person_id)
    before = await store.lock(tx, tx.acting.person_id)
    entered = Contact(
        tx.acting.person_id, wanted.channel, address, None, tx.now, entered_by=tx.acting.by, by_text=wanted.by_text
    )
    await store.save(tx, domain.detailed(before, await _as_they_need(tx, entered), wanted))
    await _note_reached(tx, before, entered)
    if before is not None and domain.is_another(before, entered):
        await _tell_of_change(tx, before, entered, can_sign_in=account is None or account.can_sign_in)


async def _as_they_need(tx: Transaction[Person], contact: Contact) -> Contact:
    """What the person told recruitment is asked nowhere again: it stands where nothing else is chosen."""
    return needed.follow(contact, await mirrors.get(tx, Needs, contact.person_id), None)


async def follow_needs(tx: Transaction, now: Needs, before: Needs | None) -> None:
    """Letters look, and calls are made, as the person says that they need; what they chose here stands."""
    contact = await store.lock(tx, now.id)
    if contact is not None and (followed := needed.follow(contact, now, before)) != contact:
        await store.save(tx, followed)
