"""What the columns of a list may mean, guessed from their names; whoever brings the list in has the last word."""

import re
from collections.abc import Sequence

from services.chassis.base.refusals import Refused

LEAVE_OUT = "leave_out"
NAMES = ("full_name", "called", "last_name")
CONTACTS = ("email", "phone", "mobile", "address", "postcode", "prefers")
"""What notifications is handed; of the postcode recruitment keeps the district."""
TRAINING = ("training_title", "training_on", "training_by")
MEANINGS = (
    *NAMES,
    "birth_year",
    *CONTACTS,
    "work_title",
    "work_body",
    "work_since",
    "work_until",
    *TRAINING,
    "term_title",
    "term_body",
    "term_since",
    "term_until",
    LEAVE_OUT,
)
"""What a column may be. Each but the last at most once."""
NOTES = re.compile(r"\b(notes?|comments?|remarks?|health|diagnos\w*|conditions?|disabilit\w*|needs?)\b")
"""Such columns are never taken: what somebody wrote about a person is not brought in."""
_GUESSES: tuple[tuple[str, str], ...] = (
    ("training_on", r"\b(training|course)\b.*\b(date|on|when|completed)\b|\bcompleted\b"),
    ("training_by", r"\b(training|course)\b.*\b(by|provider|run|with)\b|\bprovider\b"),
    ("training_title", r"\b(training|courses?)\b"),
    ("term_since", r"\b(term|office)\b.*\b(from|start\w*|since|began)\b|\bappointed\b"),
    ("term_until", r"\b(term|office)\b.*\b(to|end\w*|until|ended)\b"),
    ("term_body", r"\b(term|office)\b.*\b(body|board|committee|on|of|with|group)\b|^(committee|board|body)$"),
    ("term_title", r"\b(term|office|seat|position)\b"),
    ("birth_year", r"\b(birth|born|dob|yob|birthday|birthdate)\b"),
    (
        "prefers",
        r"\b(prefer\w* (contact|way|channel)|contact (preference|by|method)|how to (reach|contact)|reach(ed)?)\b",
    ),
    (
        "called",
        r"^(called|known as|preferred name|nickname|(first|given) name|forename)$|\bto be called\b|\bcalled by\b",
    ),
    ("last_name", r"^(last name|surname|family name)$"),
    ("full_name", r"^((full|whole|member|person|volunteer|patient) )?names?$|\bfull name\b"),
    ("email", r"\be ?mail\b"),
    ("mobile", r"\b(mobile|cell ?phone|text)\b"),
    ("phone", r"\b(phone|telephone|tel|landline)\b"),
    ("postcode", r"\bpost ?code\b"),
    ("address", r"\baddress\b"),
    ("work_since", r"^(from|since|start\w*|began)$|\b(role|work|involvement|activity)\b.*\b(from|start\w*|since)\b"),
    ("work_until", r"^(to|until|end\w*)$|\b(role|work|involvement|activity)\b.*\b(to|end\w*|until)\b"),
    ("work_body", r"\b(organisation|group|project|with whom|for whom|team)\b"),
    ("work_title", r"\b(role|work|involvement|activity|job|did|post)\b"),
)


class NoName(Refused, slug="no-name-column", status=422, field=""):
    """Say which column is the full name, or the name to be called by. Nobody can be asked without a name."""


class OneForEach(Refused, slug="a-meaning-for-each-column", status=422, field=""):
    """Say of each column of the list what it means, in their order."""


class NotesNeverTaken(Refused, slug="notes-never-taken", status=422, field=""):
    """Notes about people are never taken. Leave that column out."""


class MeaningTwice(Refused, slug="meaning-twice", status=422, field=""):
    """Two columns are said to be the same. Choose one of them, and leave the other out."""


def guessed(columns: Sequence[str]) -> list[str]:
    """A meaning for each column, none twice. Notes are left out, and so is what nothing is known of."""
    found: list[str] = []
    for name in columns:
        plain = " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())
        fits = [code for code, words in _GUESSES if code not in found and re.search(words, plain)]
        found.append(fits[0] if fits and not is_notes(name) else LEAVE_OUT)
    return found


def is_notes(name: str) -> bool:
    return NOTES.search(name.lower()) is not None


def check_meanings(meanings: Sequence[str], columns: Sequence[str], words: dict[str, str]) -> None:
    """Raises OneForEach, NotesNeverTaken, MeaningTwice or NoName. `words`: what each code is called."""
    if len(meanings) != len(columns):
        raise OneForEach
    both = list(zip(columns, meanings, strict=True))
    if notes := next((column for column, one in both if one != LEAVE_OUT and is_notes(column)), None):
        raise NotesNeverTaken(f"Notes about people are never taken. Leave the column “{notes}” out.")
    taken = [one for one in meanings if one != LEAVE_OUT]
    if twice := next((one for one in taken if taken.count(one) > 1), None):
        named = " and ".join(f"“{column}”" for column, one in both if one == twice)
        raise MeaningTwice(f"The columns {named} are both “{words[twice]}”. Choose one, and leave the other out.")
    if not {"full_name", "called"} & set(taken):
        raise NoName
