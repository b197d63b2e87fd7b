"""What an organisation sends of its register: the part that recruitment signed, and a row that it completes."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.typed.text import Line, Lines
from services.chassis.http.uploads import MAX_LONG_FORM_BYTES, SignedText
from services.notifications.domain.register import LONGEST_CELL

Cell = Annotated[Line, Field(max_length=LONGEST_CELL)]


class PartForm(BaseModel):
    """`part`: as recruitment's page signed it (schemas/signed.py, REGISTER_CONTACTS)."""

    model_config = ConfigDict(extra="forbid")
    part: SignedText = Field(title="the part of your list", min_length=1, max_length=MAX_LONG_FORM_BYTES)


class RowForm(BaseModel):
    """One row, as it is typed in a register. One way to reach its person is enough."""

    model_config = ConfigDict(extra="forbid")
    email: Cell = Field(default="", title="the e-mail address")
    mobile: Cell = Field(default="", title="the mobile number")
    phone: Cell = Field(default="", title="the phone number")
    address: Annotated[Lines, Field(max_length=LONGEST_CELL)] = Field(default="", title="the address")
    postcode: Cell = Field(default="", title="the postcode")
    prefers: Cell = Field(default="", title="how they want to be reached")

    def cells(self) -> dict[str, str]:
        return {name: typed for name, typed in self.model_dump().items() if typed}
