"""What may be done now with a thing: each choice is a yes, or the refusal that stands against it.

A rule stands once, in the domain, as `may_…` above the function that does it. That function begins with
`may_….must()`, a page shows a button only where the choice is true, and an API answers with it, so none of them can say
something else than the command does. What was a yes on a page may have become a no when it is sent: then the command
refuses in the same words.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from services.chassis.base.refusals import Refused


@dataclass(frozen=True)
class Choice:
    """One thing that can be done with a thing. It is true where it may be done; in JSON it is true, or why not."""

    refusal: type[Refused] | None = None

    def __bool__(self) -> bool:
        return self.refusal is None

    def must(self) -> None:
        """Raises the refusal that stands against it, if one does."""
        if self.refusal:
            raise self.refusal

    @property
    def why_not(self) -> str:
        """The refusal's words; nothing where it may be done."""
        return self.refusal().words if self.refusal else ""

    @property
    def slug(self) -> str:
        """The refusal's, for a page that says more about this one than its words, or leads on from it."""
        return self.refusal.slug if self.refusal else ""

    def _in_json(self) -> Literal[True] | str:
        return self.why_not or True

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        as_json = core_schema.plain_serializer_function_ser_schema(cls._in_json)
        return core_schema.is_instance_schema(cls, serialization=as_json)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: core_schema.CoreSchema, handler: Any) -> JsonSchemaValue:
        said = "true where it may be done now; else why not, in the words with which it would be refused"
        return {"anyOf": [{"const": True, "type": "boolean"}, {"type": "string"}], "description": said}


@dataclass(frozen=True)
class Choices:
    """What one hand may do with one thing. A domain's subclass has a `Choice` for each."""


def unless(*rules: tuple[bool, type[Refused]]) -> Choice:
    """A yes, unless one of the rules holds: the first that does says why not."""
    return Choice(next((refusal for holds, refusal in rules if holds), None))
