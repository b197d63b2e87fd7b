"""About how many people some roles of the demo region fit: asked for when all of them are there."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from services.cli.clients.caller import Caller


def count(coordinator: Caller, told: Mapping[str, Any]) -> None:
    """By the organisation that posted them."""
    at = f"/organisations/{told['by']}/opportunities"
    for title in told["roles"]:
        role, *_ = coordinator.get("matching", f"{at}?words={quote(title)}")["opportunities"]
        coordinator.post("matching", f"{at}/{role['id']}/fits", key=f"demo-counted-{title}")
