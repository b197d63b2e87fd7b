"""What a person may send about what they look for: a search that they keep."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from services.chassis.base.typed.text import OR_MISSING, Line, Plain
from services.chassis.base.typed.wrong import Wrong
from services.chassis.http.lists import MOST_WORDS
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.looking import USUAL_MILES
from services.matching.domain.wish import UnknownOrganisation, Wish
from services.matching.filter_forms import NoSuchPlace, district, written
from services.matching.store import wishes
from services.matching.store.feed import Filter
from services.matching.words_of_search import CHOICES

_AS_TYPED = BeforeValidator(lambda given: str(given) if type(given) is int else given)
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
    words: Annotated[Line | None, OR_MISSING] = Field(default=None, title="the words", max_length=MOST_WORDS)
    kind: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="the kind of role", max_length=40)
    condition: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="what it is about", max_length=40)
    access: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="what has to be there", max_length=40)
    when: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="when you can come", max_length=40)
    near: Annotated[Plain | None, OR_MISSING] = Field(default=None, title="the postcode", max_length=40)
    miles: Annotated[Plain | None, OR_MISSING, _AS_TYPED] = Field(
        default=None, title="how far it may be", max_length=5, description="5, 10, 25 or 50; with near alone"
    )

    @field_validator("strand", "mode", "kind", "condition", "access", "when", "miles")
    @classmethod
    def known(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value not in CHOICES[str(info.field_name)]:
            raise Wrong("Choose {asked} from the answers")
        return value

    @field_validator("near")
    @classmethod
    def of_the_list(cls, value: str | None) -> str | None:
        try:
            return district(value) if value else None
        except NoSuchPlace as refusal:
            raise Wrong(refusal.words) from None

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
        return Wish(
            strand=self.strand,
            mode=self.mode,
            organisation_id=id,
            paid=self.paid,
            job=self.job,
            words=self.words or None,
            kind=self.kind,
            condition=self.condition,
            access=self.access,
            when=self.when,
            near=self.near,
            miles=int(self.miles or USUAL_MILES) if self.near else None,
            organisation=called,
        )


def typed(of: Filter) -> dict[str, Any]:
    """What is chosen in the list of opportunities, as the form has it; that it closes soon is nothing to keep."""
    return dict.fromkeys(SearchForm.model_fields, "") | {
        name: text for name, text in written(of).items() if name in SearchForm.model_fields
    }
