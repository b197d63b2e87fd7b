"""What the JSON API of engagements answers of what people need."""

from uuid import UUID

from pydantic import BaseModel


class NeedsOfPlace(BaseModel):
    """What somebody with a place needs, as codes, and what of it is arranged."""

    id: UUID
    person_id: UUID
    asked_for: tuple[str, ...]
    arranged: tuple[str, ...]
