"""The front desk's pages: about the network, organisations, sign-in, accounts; and those for makers and operators."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.identity.store import holds
from services.identity.store.policies import KINDS
from services.identity.web import (
    about,
    address,
    correcting,
    demo,
    desks,
    developers,
    grants,
    hosts,
    invitations,
    link,
    machines,
    mailbox,
    mine,
    ops,
    organisations,
    people,
    sessions,
    sign_in,
    sign_out,
    staff,
    start,
    venues,
    well_known,
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "identity", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_DATA_POLICIES, KINDS))
_ABOUT_ACCOUNTS = (sign_in, start, link, mailbox, sign_out, demo, mine, address, sessions, invitations)
_ABOUT_ORGANISATIONS = (grants, staff, correcting, desks, venues, hosts, people, machines, organisations)
for _part in (about, *_ABOUT_ACCOUNTS, *_ABOUT_ORGANISATIONS, developers, ops, well_known):
    router.include_router(_part.router)
