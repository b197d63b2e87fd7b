"""Whether a state is news to a reaction: by a hash of what it saw last, or by the state itself where it was kept."""

import hashlib

from schemas.event import State
from services.chassis.postgres.transaction import Row


def hash_of(state: State) -> bytes:
    """Of all that a state says but its version. What has its default is left out: a field that is new is no news."""
    said = state.model_dump_json(exclude_defaults=True)
    # Cut out of the text, where it stands second: pydantic's own `exclude` takes twice as long as all the rest.
    return hashlib.sha256(said.replace(f'"version":{state.version},', "", 1).encode()).digest()


def is_known(now: State, hash: bytes, row: Row) -> bool:
    """Restated: nothing but the version is new. An older program noted the state, and its row's hash does not count."""
    if row["before"] is None:
        return row["hash"] == hash
    before = type(now).model_validate_json(row["before"])
    return now == before.model_copy(update={"version": now.version})
