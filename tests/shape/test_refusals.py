"""Whatever a room refuses has a heading of its own, which says the cause."""

from services import load
from services.chassis.app import routes
from services.chassis.base.refusals import Refused
from tests.shape.each import of_each


def _refusals(of: type[Refused] = Refused) -> list[type[Refused]]:
    return [one for kind in of.__subclasses__() for one in (kind, *_refusals(kind))]


ROUTES = [routes(service) for service in load()]
PAGES = sorted(
    (one for one in _refusals() if one.__module__.startswith("services.")),
    key=lambda one: (one.__module__, one.__name__),
)


def test_there_are_refusals() -> None:
    assert len(PAGES) > 100 and any(ROUTES)


@of_each(PAGES, lambda one: f"{one.__module__}.{one.__name__}")
def test_a_refusal_has_a_heading_by_its_cause(refusal: type[Refused]) -> None:
    title = refusal.title
    assert title[0].isupper() and not title.endswith((".", "?")) and len(title) <= 60
    assert title not in ("This cannot be done", "That cannot be done now", "There is a problem", "Refused")
    if refusal.field is None:
        assert len(title.split()) > 1, "a heading is words, not a code"
