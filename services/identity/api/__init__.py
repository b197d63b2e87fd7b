"""The front desk for machines: everything that its pages can do."""

from fastapi import APIRouter

from services.identity.api import (
    accounts,
    address,
    desks,
    grants,
    hosts,
    invitations,
    organisations,
    sessions,
    sign_in,
    staff,
    venues,
)

router = APIRouter()
for part in (organisations, desks, venues, hosts, staff, invitations, grants, accounts, address, sessions, sign_in):
    router.include_router(part.router)
