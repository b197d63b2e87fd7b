"""The pages of payments: a person's claims and bank details, the approver's list, finance's rates and runs."""

from fastapi import APIRouter

from services.payments.web import approving, mine, paying, rates

router = APIRouter()
for _part in (mine, approving, rates, paying):
    router.include_router(_part.router)
