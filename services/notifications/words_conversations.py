"""The words of conversations, as people and staff read them."""

from schemas import links
from services.chassis.base.wording import day
from services.notifications.domain.conversing import ReadBy, Standing

ABOUT: dict[str, str] = {"engagement": "A role", "coordinator": "You and your coordinator", "claim": "Pay"}
ABOUT_FOR_STAFF: dict[str, str] = {"engagement": "A role", "coordinator": "Looking after them", "claim": "Pay"}
WHICH: dict[str, str] = {"waits": "Wait for an answer", "answered": "Need no answer now"}


def when_read(read_by: ReadBy, organisation: str) -> str:
    """When it is read, and by which team, in one or two sentences."""
    if read_by.desk is None:
        return f"{organisation} has not said on which days it reads messages. If it cannot wait, ring."
    away = ""
    if read_by.instead_of is not None and read_by.out_until is not None:
        away = f"{read_by.instead_of.name} is away until {day(read_by.out_until)}. "
        if read_by.desk == read_by.instead_of:
            return f"{away}Nobody reads this before then. If it cannot wait, ring."
    when = f": {read_by.when}" if read_by.when else " when they are in"
    return f"{away}{read_by.desk.name} at {organisation} reads this{when}. At other times nobody reads it."


def whom_to_ring(read_by: ReadBy) -> str:
    """A team's own number; empty where it has none."""
    desk = read_by.desk
    if desk is None or not desk.phone:
        return ""
    return f"{desk.name}: {desk.phone}" + (f" ({desk.hours})" if desk.hours else "")


def back_of(standing: Standing) -> str:
    """A person's own page of what they write about."""
    of = standing.between
    pages = {
        "engagement": links.MY_ENGAGEMENT.format(id=of.id),
        "claim": links.MY_CLAIM.format(id=of.id),
        "coordinator": links.MY_CONVERSATIONS,
    }
    return pages[of.about]
