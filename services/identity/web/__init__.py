"""The front desk's pages: the front page, organisations, sign-in, accounts; and those for makers and operators."""

from fastapi import APIRouter

from services.identity.web import (
    demo,
    developers,
    front,
    grants,
    machines,
    mine,
    ops,
    organisations,
    sign_in,
    sign_out,
    staff,
)

router = APIRouter()
for _part in (front, sign_in, sign_out, demo, mine, grants, staff, machines, organisations, developers, ops):
    router.include_router(_part.router)
