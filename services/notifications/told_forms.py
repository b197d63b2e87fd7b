"""What people send about their news: what they have read, and how often they want to be told of what."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class ReadForm(BaseModel):
    """All that came up to a moment is read: the moment at which the page was made."""

    model_config = ConfigDict(extra="forbid")
    until: AwareDatetime = Field(title="when the page was made")
