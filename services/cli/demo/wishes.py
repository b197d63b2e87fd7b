"""What some people in the demo region look for besides what their profile says, and what is not for them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from services.cli.clients.caller import Caller


def wish(person: Caller, called: str, told: Mapping[str, Any]) -> None:
    """Searches that they keep, how many roles a week they are told of at most, and roles that they put aside."""
    if most := told.get("most_a_week"):
        person.put("matching", "/mine/subscription", {"active": True, "most_a_week": most})
    for number, search in enumerate(told.get("searches", ())):
        person.post("matching", "/mine/searches", dict(search), key=f"demo-search-{called}-{number}")
    for title in told.get("not_for_me", ()):
        found = person.get("matching", f"/opportunities?words={quote(title)}")["opportunities"]
        path = f"/mine/roles/{found[0]['id']}/not-for-me"
        person.post("matching", path, {}, key=f"demo-not-for-me-{called}-{title}")
