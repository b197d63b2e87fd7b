"""The pages of training: what is offered for everyone, places and credentials for each person, registers for staff."""

from fastapi import APIRouter

from services.training.web import mine, public, staff

router = APIRouter()
for _part in (mine, staff, public):
    router.include_router(_part.router)
