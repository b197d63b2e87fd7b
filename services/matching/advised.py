"""What is said of a draft beside its answers: of a role's and of a job's alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import BaseModel

from services.matching.domain import advice as advices
from services.matching.domain.advice import Advice
from services.matching.domain.draft import Draft
from services.matching.domain.glossary import Glossary

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Advised:
    """`asked`: the model of what is filled in."""

    asked: ClassVar[type[BaseModel]] = Draft
    glossary: Glossary = field(default_factory=lambda: Glossary(()))
    now: datetime = _LONG_AGO

    def advice(self, values: Mapping[str, Any]) -> list[Advice]:
        """What would make the draft better, in the order of what is asked."""
        found = advices.advice(values, self.glossary, now=self.now, of=self.asked)
        order = [*self.asked.model_fields]
        return sorted(found, key=lambda one: order.index(one.field))

    def asks(self, name: str) -> str:
        """What a field is called, as its errors call it."""
        return str(self.asked.model_fields[name].title)
