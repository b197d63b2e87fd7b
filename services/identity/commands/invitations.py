"""Invitations to act for an organisation: typed by an admin, answered by whoever reads the address.

Until it is accepted an organisation sees only what it typed. Nothing here looks whether the address has an account, so
an admin learns nothing of anybody by typing one: the answer and the work are the same.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Member, Person
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands import sessions, sign_in
from services.identity.commands.granting import Granted, give_roles
from services.identity.commands.sessions import SignedIn
from services.identity.commands.staff import acting_organisation, must_be_grantable
from services.identity.domain import invitation as domain
from services.identity.domain.account import HasRoleAlready
from services.identity.domain.invitation import Invitation
from services.identity.domain.organisation import Organisation, must_be_open
from services.identity.domain.sign_in import hash_of
from services.identity.letters import Letters
from services.identity.store import accounts as account_store
from services.identity.store import invitations as store
from services.identity.store import organisations as organisation_store
from services.identity.store import sign_in as sign_in_store
from services.identity.store.accounts import Owner
from services.identity.store.invitations import Received
from services.identity.store.naming import name_account, name_address, name_link


@dataclass(frozen=True)
class Invited:
    """Whom an admin invites. `called`: what the list shows until they answer."""

    called: str
    email: EmailAddress


async def invite(tx: Transaction[Member], whom: Invited, granted: Granted, letters: Letters) -> UUID:
    """Raises AlreadyInvited, TooManyInvitations, and what stands against such roles."""
    organisation = await must_be_grantable(tx, granted)
    await _must_not_send_too_many(tx, organisation)
    invitation = Invitation(
        id=new_id(),
        organisation_id=organisation.id,
        email=whom.email,
        called=whom.called,
        roles=tuple(sorted(set(granted.roles))),
        valid_from=granted.valid_from,
        valid_to=granted.valid_to,
        invited_by=tx.acting.by,
        invited_by_called=tx.acting.called or "",
        letters=1,
        sent_at=tx.now,
        expires_at=tx.now + domain.LIFE,
    )
    secret = secrets.token_urlsafe(32)
    if not await store.add(tx, invitation, hash_of(secret)):
        raise domain.AlreadyInvited
    await _write(tx, invitation, letters.invitation(secret, organisation.name))
    return invitation.id


async def send_again(tx: Transaction[Member], id: UUID, letters: Letters) -> None:
    """A new letter, whose link takes the place of the old one.

    Raises OrganisationClosed, InvitationOver, SentJustNow, SentOften or TooManyInvitations.
    """
    organisation = await acting_organisation(tx)
    invitation = await _own(tx, id, organisation)
    domain.must_be_sendable(invitation, tx.now)
    await _must_not_send_too_many(tx, organisation)
    sent = replace(invitation, letters=invitation.letters + 1, sent_at=tx.now, expires_at=tx.now + domain.LIFE)
    secret = secrets.token_urlsafe(32)
    await store.note_sent(tx, sent, hash_of(secret))
    await _write(tx, sent, letters.invitation(secret, organisation.name))


async def withdraw(tx: Transaction[Member], id: UUID) -> None:
    """It can no longer be answered, and what was typed is gone at once, with each letter that was not sent yet. What is
    left counts letters. Withdrawing it twice is once. Raises NoInvitation once it was accepted."""
    invitation = await _own(tx, id, await acting_organisation(tx, closed_too=True))
    if invitation.ended_at is None:
        await name_address(tx, invitation.email.key)
        await sign_in_store.unsend(tx, await store.letters_of(tx, id))
        await store.withdraw(tx, id, tx.now)


@dataclass(frozen=True)
class Shown:
    """What the page of a letter's link shows. `owner`: whose address it is, None for somebody who has no account."""

    received: Received
    owner: Owner | None


async def show(tx: Transaction, secret: str) -> Shown:
    """Whoever shows the link reads the address. Raises InvitationOver."""
    await name_link(tx, hash_of(secret))
    found = domain.must_wait(await store.by_link(tx, hash_of(secret)), tx.now)
    await name_address(tx, found.email.key)
    return Shown(await _received(tx, found), await account_store.owner_of_address(tx, found.email.key))


async def ask_to_answer(tx: Transaction, secret: str, go_to: str, letters: Letters) -> None:
    """A link to sign in, to the address that was invited: the letter's link was shown. Raises InvitationOver."""
    invitation = await _presented(tx, secret)
    await sign_in.send_link(tx, sign_in.Asked(invitation.email, go_to), letters, by_owner=True)


async def accept_by_link(tx: Transaction, secret: str, called: str, letters: Letters) -> SignedIn:
    """Somebody without an account makes one and accepts. Raises InvitationOver, and HasAccount where there is one:
    the letter's link is good for days, so it signs nobody in to an account that is there.
    """
    invitation = await _presented(tx, secret)
    if await account_store.account_of_address(tx, invitation.email.key) is not None:
        raise domain.HasAccount
    await sessions.leave_session(tx)
    who = await sign_in.begin_new(tx, called, invitation.email)
    await _accept(tx, who.account_id, invitation, letters)
    return replace(who, version=(await account_store.see_account(tx, who.account_id)).version)


async def of_account(tx: Transaction, account_id: UUID) -> Few[Received]:
    """What waits for an answer of the account, which must be named or be one's own."""
    key = await account_store.key_of(tx, account_id)
    if key is None:
        return Few()
    await name_address(tx, key)
    return await store.of_address(tx, key, now=tx.now)


async def of_own(tx: Transaction[Member]) -> Few[Invitation]:
    """What the organisation's list of staff shows: those that wait, and those that were declined."""
    return await store.of_organisation(tx, tx.acting.organisation_id, now=tx.now)


async def accept(tx: Transaction[Person], id: UUID, letters: Letters) -> bool:
    """From now on they may act for the organisation. False: once the network's finance has agreed.

    Raises InvitationOver, OrganisationClosed, GiverGone, OwnGrant, WaitsAlready.
    """
    return await _accept(tx, tx.acting.person_id, await _to_me(tx, id), letters)


async def decline(tx: Transaction[Person], id: UUID) -> None:
    """Raises InvitationOver."""
    await _to_me(tx, id)
    await store.decline(tx, id, tx.now)


async def decline_by_link(tx: Transaction, secret: str) -> None:
    """The same for whoever shows the letter's link, so that nobody has to make an account to say no."""
    invitation = await _presented(tx, secret)
    await store.decline(tx, invitation.id, tx.now)


async def _accept(tx: Transaction, account_id: UUID, invitation: Invitation, letters: Letters) -> bool:
    received = await _received(tx, invitation)
    organisation = await organisation_store.organisation(tx, received.ods_code)
    assert organisation
    must_be_open(organisation, london_day(tx.now))
    granted = Granted(invitation.roles, invitation.valid_from, invitation.valid_to)
    given = True
    with suppress(HasRoleAlready):  # another admin was faster: what they said yes to is so
        by = invitation.invited_by
        given = await give_roles(tx, account_id, organisation, granted, by=by, letters=letters)
    await name_account(tx, account_id)
    await name_address(tx, invitation.email.key)
    await store.delete(tx, invitation.id)
    return given


async def _to_me(tx: Transaction[Person], id: UUID) -> Invitation:
    key = await account_store.key_of(tx, tx.acting.person_id)
    if key is None:
        raise domain.NoInvitation
    await name_address(tx, key)
    invitation = await store.lock_of_address(tx, id, key)
    if invitation is None:
        raise domain.NoInvitation
    return domain.must_wait(invitation, tx.now)


async def _presented(tx: Transaction, secret: str) -> Invitation:
    """Held until the commit; from here on its address is the named one."""
    await name_link(tx, hash_of(secret))
    found = domain.must_wait(await store.by_link(tx, hash_of(secret)), tx.now)
    await name_address(tx, found.email.key)
    return domain.must_wait(await store.lock_of_address(tx, found.id, found.email.key), tx.now)


async def _received(tx: Transaction, invitation: Invitation) -> Received:
    found = await store.received(tx, invitation.id)
    if found is None:
        raise domain.InvitationOver
    return found


async def _own(tx: Transaction[Member], id: UUID, organisation: Organisation) -> Invitation:
    invitation = await store.lock_own(tx, id, organisation.id)
    if invitation is None:
        raise domain.NoInvitation
    return invitation


async def _must_not_send_too_many(tx: Transaction[Member], organisation: Organisation) -> None:
    since = tx.now - timedelta(days=1)
    if await store.count_letters(tx, organisation.id, since=since) >= domain.MOST_A_DAY:
        raise domain.TooManyInvitations


async def _write(tx: Transaction, invitation: Invitation, words: tuple[str, str]) -> None:
    await name_address(tx, invitation.email.key)
    letter_id = await sign_in_store.write_letter(
        tx, invitation.email, words, now=tx.now, good_until=invitation.expires_at
    )
    await store.note_letter(tx, invitation.id, letter_id)
