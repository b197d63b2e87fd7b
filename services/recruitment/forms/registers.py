"""What may be sent about an organisation's list of people: the file, what its columns mean, and a yes or no."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from services.chassis.base.tables.refusals import MOST_COLUMNS
from services.chassis.base.typed.numbers import Version
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.register.columns import MEANINGS

Meaning = Annotated[str, StringConstraints(max_length=20)]


def words_for_columns(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each column that means nothing yet."""
    if "meanings" not in errors:
        return errors
    wrong = [name for name, code in values.items() if name.startswith("column_") and code not in MEANINGS]
    said = {name: f"Choose what column {_place(name)} means, or that it is left out" for name in wrong}
    return {name: words for name, words in errors.items() if name != "meanings"} | said


def _place(name: str) -> int:
    """Which column a field is about, as people count."""
    number = name.removeprefix("column_")
    return int(number) + 1 if number.isdecimal() else 0


class NothingTyped(BaseModel):
    """A button alone, or a file and no more."""

    model_config = ConfigDict(extra="forbid")


class SeenList(BaseModel):
    """The version of the list that somebody looked at before they released it."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = Field(default=None, title="the version that you saw")


class Columns(BaseModel):
    """What each column of a list means, in their order."""

    model_config = ConfigDict(extra="forbid")

    meanings: list[Meaning] = Field(title="what each column means", min_length=1, max_length=MOST_COLUMNS)

    @field_validator("meanings")
    @classmethod
    def known(cls, chosen: list[str]) -> list[str]:
        for place, code in enumerate(chosen):
            if code not in MEANINGS:
                raise Wrong("Choose {asked} from the answers", item=place)
        return chosen


class ColumnsForm(Columns):
    """The same as a page sends it: a field for each column."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        fields = sorted((name for name in values if name.startswith("column_")), key=lambda name: (len(name), name))
        if not fields:
            return values
        return {"meanings": [str(values.pop(name)) for name in fields], **values}


class SaysToList(BaseModel):
    """Whether the network may keep them and show them to organisations."""

    model_config = ConfigDict(extra="forbid")

    says: Literal["yes", "no"] = Field(title="yes or no")
