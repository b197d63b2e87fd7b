"""How people reach the network: the same words and links on every page (WCAG 2.2, 3.2.6, consistent help)."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from services.chassis.base.settings import Settings

_LINK = Markup('<a class="nhsuk-link" href="tel:{}">{}</a>')


@dataclass(frozen=True)
class HelpLine:
    """A number as people read it, when it is answered, and what is dialled before it for text relay (Relay UK)."""

    number: str
    hours: str = ""
    text_relay: str = ""
    complaints_to: str = ""
    """An e-mail address; "" where complaints are taken by phone only."""

    @classmethod
    def of(cls, settings: Settings) -> "HelpLine":
        return cls(settings.phone, settings.phone_hours, settings.text_relay, settings.complaints_to)

    @property
    def link(self) -> Markup:
        return _LINK.format(_digits(self.number), self.number)

    @property
    def relay_link(self) -> Markup:
        """Empty where there is none."""
        whole = f"{self.text_relay} {self.number}"
        return _LINK.format(_digits(whole), whole) if self.text_relay else Markup("")

    @property
    def line(self) -> Markup:
        return Markup("Need help? Ring {}.").format(self.link)


def _digits(number: str) -> str:
    return re.sub(r"[^0-9+]", "", number)
