"""Who might ask the network about somebody, and what it does then: said beside the first question. Pure."""

from pydantic import BaseModel, Field

from services.chassis.base.typed.text import Line, Lines


class WhoMayAsk(BaseModel):
    """One edition of it, for people to read before they give anything."""

    title: Line = Field(min_length=1, max_length=120, title="the heading")
    words: Lines = Field(min_length=1, max_length=5000, title="the words", description="A line for each thing to say.")
