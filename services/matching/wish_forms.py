"""What a person may send about what they look for: a search that they keep."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.chassis.base.typed.text import OR_MISSING, Line, Plain
from services.chassis.base.typed.wrong import Wrong
from services.chassis.http.lists import MOST_WORDS
from services.chassis.postgres.transaction import Transaction
from services.matching import words
from services.matching.domain.wish import UnknownOrganisation, Wish
from services.matching.store import wishes
from services.matching.store.opportunities import Filter

MOST_OF_A_CODE = 10
"""Characters of an ODS code."""


class SearchForm(BaseModel):
    """A search to keep, as the list of opportunities can be narrowed. What is left out: any."""

    model_config = ConfigDict(extra="forbid")
    strand: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="the kind of work", max_length=40)
    mode: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="how you take part", max_length=40)
    paid: Annotated[bool | None, OR_MISSING] = Field(default=None, title="whether it is paid")
    job: Annotated[bool | None, OR_MISSING] = Field(default=None, title="whether it is a role or a job")
    organisation: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="the organisation", max_length=40)
    words: Annotated[Line | None, OR_MISSING] = Field(
        default=None, title="the words in the title or summary", max_length=MOST_WORDS
    )

    @field_validator("strand")
    @classmethod
    def known_strand(cls, value: str | None) -> str | None:
        return _known(value, words.STRAND)

    @field_validator("mode")
    @classmethod
    def known_mode(cls, value: str | None) -> str | None:
        return _known(value, words.MODE)

    @field_validator("organisation")
    @classmethod
    def a_code(cls, value: str | None) -> str | None:
        """An ODS code; whether there is such an organisation is said when it is kept."""
        if value is not None and not (value.isascii() and value.isalnum() and len(value) <= MOST_OF_A_CODE):
            raise Wrong("Choose {asked} from the answers")
        return value

    async def wish(self, tx: Transaction) -> Wish:
        """Raises UnknownOrganisation."""
        organisation = None
        if self.organisation:
            organisation = await wishes.organisation(tx, self.organisation.upper())
            if organisation is None:
                raise UnknownOrganisation
        id, called = organisation or (None, "")
        return Wish(self.strand, self.mode, id, self.paid, self.job, self.words or None, called)


def typed(of: Filter) -> dict[str, Any]:
    """The filters of the list of opportunities, as the form has them."""
    yes_or_no = {True: "yes", False: "no", None: ""}
    return {
        "strand": of.strand or "",
        "mode": of.mode or "",
        "paid": yes_or_no[of.paid],
        "job": yes_or_no[of.job],
        "organisation": of.ods_code or "",
        "words": of.words or "",
    }


def _known(value: str | None, codes: dict[str, str]) -> str | None:
    if value is not None and value not in codes:
        raise Wrong("Choose {asked} from the answers")
    return value
