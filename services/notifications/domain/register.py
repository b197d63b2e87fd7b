"""How to reach people of a register that an organisation brings in: read from cells, as they were typed there.

Of each row one way is taken: the one that is asked for, else e-mail, a text, a letter, the phone, whichever is there
and right. A row without any stays on a list that the organisation can complete.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import Refused
from services.notifications.domain.contact import LONGEST_LETTER_ADDRESS, Channel, tidy

CELLS = ("email", "phone", "mobile", "address", "postcode", "prefers")
LONGEST_CELL = 500
NOT_APPLIED_FOR = timedelta(days=30)
"""So long what was staged waits for the second press, and then it goes."""
ASKED_AT_ONCE = 100
"""So many of those who are not rung are asked in a minute: the sender has them out in a few seconds, and then it is
others' turn."""
CALLS_AT_ONCE = 100
"""So many askings at most are on the phone list: whoever waits there for something else is not behind thousands."""
KEPT_FOR = timedelta(days=60)
"""After that press: by then everybody has answered, or is forgotten."""

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")
_HERE = re.compile(r"(\+44|0044|0)[1-9][0-9]{8,9}")
_ABROAD = re.compile(r"(\+|00)(?!44)")
_LOST_NOUGHT = re.compile(r"[1-9][0-9]{8,9}")
_AS_A_FIGURE = re.compile(r"[0-9.,]+E\+?[0-9]+", re.IGNORECASE)
_NOTHING = {"-", ".", "?", "none", "n/a", "na", "nil", "not known", "unknown", "nfa", "no fixed abode"}
"""What people write into a cell of which they know nothing."""
_WISHES: dict[str, str] = {
    **dict.fromkeys(("email", "e-mail"), "email"),
    **dict.fromkeys(("text", "sms", "text message"), "text"),
    **dict.fromkeys(("post", "letter", "mail"), "post"),
    **dict.fromkeys(("phone", "ring", "call", "telephone"), "phone"),
}
"""Words for how people want to be reached, as registers have them, perhaps with "by" before."""
_LACKS = {
    "email": "They want e-mail, and there is no e-mail address.",
    "text": "They want texts, and there is no mobile number.",
    "post": "They want letters, and there is no address.",
    "phone": "They want to be rung, and there is no phone number.",
}


_CELL = {"email": "email", "text": "mobile", "post": "address", "phone": "phone"}


class NotTheirRegister(Refused, slug="not-their-register", title="This list is not yours to bring in", status=403):
    """This list was brought in for another organisation, or the page was open for more than a day. Go back to the
    import, and send this part again from there."""


class NobodyReachesThem(Refused, slug="no-way-given", status=422, field="email"):
    """Enter one way to reach this person: an e-mail address, a phone number, or an address with a postcode."""

    def __init__(self, found: "Found | None" = None) -> None:
        super().__init__(f"Enter a way to reach this person. {found.wrong}" if found else None)
        if found:
            self.field = found.cell


class _Wrong(Exception):
    """Something in this row is wrong, in words."""


@dataclass(frozen=True)
class Found:
    """One way to reach somebody; none, and `wrong` says why. `wrong` may also say what is left out of a row that has
    a way."""

    channel: Channel | None = None
    address: str | None = None
    by_text: bool = False
    wrong: str = ""
    cell: str = "email"
    """Which of the cells is wrong, the first where several are."""


@dataclass(frozen=True)
class Row:
    """One line of the register. `cells`: as typed, without the empty ones."""

    line: int
    person_id: UUID
    cells: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Import:
    """What of one import came here, and whether it is applied."""

    id: UUID
    organisation_id: UUID
    staged_at: datetime
    applied_at: datetime | None = None


def read(cells: Mapping[str, str], *, texts: bool) -> Found:
    """`texts`: whether this network sends any by itself; if not, whoever wants one is texted by hand."""
    cells = {name: typed for name, typed in cells.items() if typed.strip().lower() not in ("", *_NOTHING)}
    asked = cells.get("prefers", "").strip().lower()
    wish = _WISHES.get(asked.removeprefix("by "))
    if asked and wish is None:
        words = f"We do not know the word “{asked[:40]}”. Write email, text, letter or phone."
        return Found(wrong=words, cell="prefers")
    said: dict[str, str] = {}
    for name, way in _TRY.items():
        if wish != name and (wish or (name == "text" and not texts)):
            continue
        try:
            found = way(cells, texts)
        except _Wrong as wrong:
            said.setdefault(str(wrong), _CELL[name])
            continue
        if found is not None:
            return Found(*found, wrong=" ".join(said))
    if not said:
        said[_LACKS[wish] if wish else "There is no way to reach them."] = _CELL[wish or "email"]
    return Found(wrong=" ".join(said), cell=next(iter(said.values())))


_Way = tuple[Channel, str | None, bool]


def _email(cells: Mapping[str, str], texts: bool) -> _Way | None:
    typed = cells.get("email")
    if not typed:
        return None
    try:
        return "email", EmailAddress.read(typed).kept, False
    except Refused:
        raise _Wrong(f"“{typed[:60]}” is no e-mail address.") from None


def _text(cells: Mapping[str, str], texts: bool) -> _Way | None:
    """The mobile number, or what stands under phone where that is one."""
    if not (typed := cells.get("mobile") or cells.get("phone")):
        return None
    number = _number(typed)
    try:
        return ("sms", tidy("sms", number), False) if texts else ("phone", tidy("sms", number), True)
    except Refused:
        if not cells.get("mobile"):
            return None
        raise _Wrong(f"“{typed[:30]}” is no mobile number.") from None


def _post(cells: Mapping[str, str], texts: bool) -> _Way | None:
    typed, postcode = cells.get("address"), cells.get("postcode", "").strip().upper()
    if not typed:
        return None
    if postcode and not _POSTCODE.fullmatch(postcode):
        raise _Wrong(f"“{postcode[:20]}” is no postcode.")
    if not postcode and not _POSTCODE.search(typed.upper()):
        raise _Wrong("The address has no postcode.")
    lines = [part.strip() for part in re.split(r"[\n,;]+", typed) if part.strip()]
    if postcode and postcode.replace(" ", "") not in typed.upper().replace(" ", ""):
        lines.append(postcode)
    if len(lines) < 2 or not any(re.search(r"[^\W\d]", line) for line in lines[:-1]):
        raise _Wrong("The address is not whole: it needs a street and a town.")
    try:
        return "post", tidy("post", "\n".join(lines)), False
    except Refused:
        raise _Wrong("The address is too long, or has signs that cannot be printed.") from None


def _phone(cells: Mapping[str, str], texts: bool) -> _Way | None:
    if not (typed := cells.get("phone") or cells.get("mobile")):
        return None
    return "phone", _number(typed), False


_TRY = {"email": _email, "text": _text, "post": _post, "phone": _phone}
"""In the order in which they are looked for where nobody says how they want to be reached."""


def _number(typed: str) -> str:
    """As it is dialled here: spreadsheets take the nought from its start."""
    bare = re.sub(r"[\s().\-/]", "", typed)
    if _AS_A_FIGURE.fullmatch(typed.strip()):
        raise _Wrong(f"“{typed[:30]}” is a number that a spreadsheet has cut. Write it as text.")
    if _ABROAD.match(bare):
        raise _Wrong(f"“{typed[:30]}” is a phone number of another country. We ring only in the United Kingdom.")
    if bare.startswith("44") and len(bare) in (11, 12):
        bare = f"+{bare}"
    elif _LOST_NOUGHT.fullmatch(bare):
        bare = f"0{bare}"
    try:
        number = tidy("phone", bare if bare[:1] in ("+", "0") and "(0)" not in typed else typed)
    except Refused:
        number = None
    if number is None or not _HERE.fullmatch(number):
        raise _Wrong(f"“{typed[:30]}” is no phone number with its area code.")
    return number


def chosen(cells: Mapping[str, str], *, texts: bool) -> Found:
    """The same, of a row that its organisation completes. Raises NobodyReachesThem."""
    found = read(cells, texts=texts)
    if found.channel is None:
        raise NobodyReachesThem(found if cells else None)
    return found


def on_envelope(address: str, called: str) -> str:
    """A letter's address with the name on top, where it does not begin with it."""
    first = address.partition("\n")[0]
    named = address if called.casefold() in first.casefold() else f"{called}\n{address}"
    return named if len(named) <= LONGEST_LETTER_ADDRESS else address
