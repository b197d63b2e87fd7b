"""The front desk for machines: everything that its pages can do."""

from fastapi import APIRouter

from services.identity.api import accounts, grants, organisations, sign_in, staff

router = APIRouter()
for part in (organisations, staff, grants, accounts, sign_in):
    router.include_router(part.router)
