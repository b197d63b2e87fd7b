"""What a role costs, in words, before it is posted."""

from services.chassis.base.wording import hours, many, money
from services.matching.domain.cost import Cost


def each_session(cost: Cost) -> str:
    """ "£37.50 for 2.5 hours, with preparation"; of other rates the amount."""
    return money(cost.session_pence) + (f" for {hours(cost.hours)}, with preparation" if cost.by_the_hour else "")


def each_person(cost: Cost) -> str:
    return f"{money(cost.person_pence)} for {many(cost.sessions, 'session')}"


def in_all(cost: Cost) -> str:
    """ "£450 for 2 people, and expenses on top"."""
    return f"{money(cost.total_pence)} for {many(cost.places, 'person', 'people')}, and expenses on top"
