"""The pages of notifications: everyone's home, how to be reached, and whom to ring or write to."""

from fastapi import APIRouter

from services.notifications.web import calling, contact, first, home, letters, office

router = APIRouter()
for _part in (first, contact, home, letters, calling, office):  # …/mine/first and …/confirm before /messages/mine/{id}
    router.include_router(_part.router)
