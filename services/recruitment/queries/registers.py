"""What pages and API show of lists that organisations bring in, and of people who are on them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from schemas.identity import Account, Desk, Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.application import Application
from services.recruitment.domain.register.columns import is_notes
from services.recruitment.domain.register.imports import ADMIN, Import, ImportChoices, choices_of_import
from services.recruitment.queries.parts import contacts_part, training_part
from services.recruitment.store import applications, imports, listed, policies, register_lines, releasing
from services.recruitment.store.listed import Declared
from services.recruitment.store.register_lines import Kept

FIRST_LINES = 3


@dataclass(frozen=True)
class OneList:
    """A list, from which organisation, and what whoever asks may do with it. `notes`: columns that are never taken."""

    one: Import
    organisation: str
    choices: ImportChoices
    notes: Sequence[str]
    days: int
    """So long people have for an answer."""


@dataclass(frozen=True)
class SaidOfPast:
    """A piece of somebody's past, and what the organisation is called that said it."""

    declared: Declared
    organisation: str


@dataclass(frozen=True)
class AskedPerson:
    """Somebody who is asked by the link that they were sent, and what they are shown."""

    application: Application
    organisation: str
    network: str
    desks: Sequence[Desk]
    district: str | None
    past: Few[SaidOfPast]
    until: date
    signs_in: bool = False
    """They have a way to sign in."""


async def lists_of(tx: Transaction[Member], asked: Asked) -> Page[Import]:
    return await imports.of_organisation(tx, asked, tx.acting.organisation_id)


async def lists_to_release(tx: Transaction[Member]) -> Few[tuple[Import, str]]:
    """Those of all organisations that wait for the welcome team, each with what its organisation is called."""
    await releasing.check_releases(tx)
    found = await imports.to_release(tx)
    names = await mirrors.get_each(tx, Organisation, [one.organisation_id for one in found])
    return found.each(lambda one: (one, names[one.organisation_id].name if one.organisation_id in names else ""))


async def own_list(tx: Transaction[Member], id: UUID) -> OneList:
    """One that the acting organisation sent, to its admins. Raises NotFound or NotAllowed."""
    if ADMIN not in tx.acting.roles:
        raise NotAllowed
    one = await imports.get(tx, id)
    if one.organisation_id != tx.acting.organisation_id:
        raise NotFound
    by_network = await releasing.is_network(tx)
    return await _list(tx, replace(one, by_network=by_network), is_screener=False)


async def list_to_release(tx: Transaction[Member], id: UUID) -> OneList:
    """The same of any organisation, once it asked for it to be released, to the network's welcome team."""
    await releasing.check_releases(tx)
    one = await imports.get(tx, id)
    if not one.was_asked_for:
        raise NotFound
    return await _list(tx, one, is_screener=True)


async def _list(tx: Transaction[Member], one: Import, *, is_screener: bool) -> OneList:
    organisation = await mirrors.get(tx, Organisation, one.organisation_id)
    policy = await policies.lists(tx, on=london_day(tx.now))
    return OneList(
        one=one,
        organisation=organisation.name if organisation else one.ods_code,
        choices=choices_of_import(one, by=tx.acting.by, is_screener=is_screener, now=tx.now),
        notes=[name for name in one.columns if is_notes(name)],
        days=policy.days,
    )


async def first_lines(tx: Transaction[Member], found: OneList) -> Sequence[Kept]:
    """How a list begins, so that its columns can be told apart."""
    return (await register_lines.page(tx, Asked(size=FIRST_LINES), found.one.id, None)).items


async def lines_of(tx: Transaction[Member], found: OneList, asked: Asked, shows: str | None) -> Page[Kept]:
    """What stands in a list, as typed; that staff looked is noted."""
    tx.note(Happened.LOOKED, what="list_lines", count=found.one.lines)
    return await register_lines.page(tx, asked, found.one.id, shows)


async def parts_of(tx: Transaction[Member], found: OneList) -> dict[str, dict[str, object]]:
    """What notifications and training are handed, once the list is handed on."""
    found.choices.hand_on.must()
    if found.one.handed_on_at is None:
        raise NotFound
    lines = await register_lines.all_of(tx, found.one.id)
    tx.note(Happened.TAKEN_AWAY, what="list_parts", count=len(lines))
    return {
        "contacts": contacts_part(found.one, lines),
        "training": training_part(found.one, lines),
    }


async def asked_person(tx: Transaction[Person], application_id: UUID) -> AskedPerson | None:
    """What somebody is shown by the link that they were sent; None where nothing of them is kept any more."""
    application = await applications.get(tx, application_id)
    if application is None or application.listed_by is None or application.is_forgotten:
        return None
    known = await listed.get(tx, application_id)
    lister = await mirrors.get(tx, Organisation, application.listed_by)
    network = await applications.network(tx, on=london_day(tx.now))
    policy = await policies.lists(tx, on=london_day(tx.now))
    account = await mirrors.get(tx, Account, application.person_id)
    return AskedPerson(
        application=application,
        organisation=lister.name if lister else "An organisation",
        network=network.name if network else "the network",
        desks=network.desks if network else (),
        district=known.district if known else None,
        past=await past_of(tx, application.person_id),
        until=london_day(application.answer_by or application.sent_at + timedelta(days=policy.days)),
        signs_in=account is not None and account.can_sign_in,
    )


async def past_of(tx: Transaction, person_id: UUID) -> Few[SaidOfPast]:
    """What was declared of somebody's past, and by which organisation."""
    found = await listed.past_of(tx, person_id)
    names = await mirrors.get_each(tx, Organisation, [one.organisation_id for one in found])
    return found.each(
        lambda one: SaidOfPast(one, names[one.organisation_id].name if one.organisation_id in names else "")
    )


async def one_of_past(tx: Transaction[Person], id: UUID) -> Declared:
    """One's own. Raises NotFound."""
    found = next((one for one in await listed.past_of(tx, tx.acting.person_id) if one.id == id), None)
    if found is None:
        raise NotFound
    return found


async def listed_by(tx: Transaction[Member], application: Application) -> tuple[str, Few[SaidOfPast]]:
    """Which organisation brought somebody in with its list, and what that says of their past; nothing of all others."""
    if application.listed_by is None:
        return "", Few[SaidOfPast]()
    organisation = await mirrors.get(tx, Organisation, application.listed_by)
    return organisation.name if organisation else "", await past_of(tx, application.person_id)
