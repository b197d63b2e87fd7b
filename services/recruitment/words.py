"""The words for recruitment's codes, as people read them."""

from schemas import waiting
from schemas.recruitment import DISTANCES, LEARNING, SHARED_WITH
from schemas.words import (
    ACCESS,
    AREA,
    FORMAT,
    LANGUAGE,
    MODE,
    RUNG,
    STRAND,
    TALK,
    TIME,
    TIME_OF_DAY,
    WAY_TO_TALK,
    WEEKDAY,
    in_words,
)

__all__ = [
    "ACCESS",
    "AREA",
    "DISTANCE",
    "FORMAT",
    "FORMATS",
    "LANGUAGE",
    "LEARN",
    "LIST_SHOWS",
    "LIST_STAGE",
    "MEANING",
    "MODE",
    "OUTCOME",
    "PAST",
    "RUNG",
    "SHARED",
    "STRAND",
    "TALK",
    "TIME",
    "TIME_OF_DAY",
    "WAITS",
    "WAY",
    "WAY_TO_TALK",
    "WEEKDAY",
    "in_words",
    "lasted",
    "partly",
]

STAGE = {
    "asked": "We have your name",
    "sent": "Sent. We are reading it",
    "talked": "We talk with you",
    "approved": "You have joined",
    "declined": "Not now",
    "withdrawn": "You took it back",
    "listed": "An organisation has you on its list. You have not said yes or no yet",
    "forgotten": "We are forgetting you, everywhere",
}
ASK_AGAIN = {"approved": "You left the pool. You can come back at any time."}
NEXT_STEP = {
    "asked": "Somebody from the welcome team gets in touch with you, in the way that you asked for.",
    "sent": "Somebody from the welcome team reads what you wrote, and gets in touch with you.",
    "talked": "After the talk, the welcome team answers you.",
}
"""What comes next for whoever waits; `say_more` where it is their own turn."""
HAVE_TALKED = "We have talked with you"
AFTER_TALK = "The welcome team answers you."
"""Of whoever is at the stage of a talk that is over."""
SAY_MORE = "You answer our question, on this page."
CHOOSE_TIME = "You choose a time for a talk, on this page."
TALK_WAYS = {name: text[:1].upper() + text[1:] for name, text in TALK.items()}
LOOKS_AGAIN = "Somebody else from the welcome team looks at it again."
STAGE_FOR_STAFF = {
    "asked": "Asked, with a name",
    "sent": "Sent the form",
    "talked": "A talk is agreed, or was held",
    "approved": "Joined",
    "declined": "Not now",
    "withdrawn": "Taken back",
    "listed": "On an organisation's list, has not answered",
    "forgotten": "Being forgotten",
}
WAITING_STAGES = {name: STAGE_FOR_STAFF[name] for name in ("asked", "sent", "talked")}
TURN = {"us": "The welcome team", "them": "The person"}
ANSWERS = {name: STAGE_FOR_STAFF[name] for name in ("approved", "declined")}
LEARN = {
    "how_it_works": "How health services are run",
    "committees": "Being on a committee",
    "speaking_up": "Speaking up in a meeting",
    "own_story": "Telling my story",
    "reading_papers": "Reading long papers",
    "numbers": "Making sense of numbers",
    "research_methods": "How research is done",
    "choosing_staff": "Helping to choose new staff",
    "chairing": "Chairing a meeting",
    "online_meetings": "Meeting online",
    "privacy": "Keeping what I hear private",
    "mentoring": "Helping others who start",
}
DISTANCE = {
    "5": "About 5 miles",
    "10": "About 10 miles",
    "25": "About 25 miles",
    "50": "About 50 miles",
    "anywhere": "Any distance",
}
SHARED = {
    "places": "Organisations where I take a place",
    "coordinator": "The person at the network who looks after me",
}

for _words, _codes in ((LEARN, LEARNING), (DISTANCE, DISTANCES), (SHARED, SHARED_WITH)):
    assert tuple(_words) == _codes, f"words and codes differ: {set(_words) ^ set(_codes)}"
_NOT_PRINTED = (
    "We cannot make this by machine. One of us sees to each letter: they have it made, or ring you and read it out."
)
FORMATS = [(code, said, *([_NOT_PRINTED] if code in ("audio", "braille") else [])) for code, said in FORMAT.items()]
"""The same to choose from, with what happens then."""
WAITS = waiting.WORDS
WAY = {
    "phone": "By phone",
    "in_person": "Face to face",
    "online": "By video",
    "email": "By e-mail",
    "letter": "By post",
    "text": "By text message",
    "relay": "By relay or sign language call",
}
OUTCOME = {
    "talked": "We talked",
    "wrote": "One of us wrote, and it was read or answered",
    "no_answer": "Nobody answered",
    "message_left": "A message was left",
}
ALIKE = {
    "name_and_year": "Full name and year of birth",
    "name": "Full name. At least one of them gave no year of birth",
    "email": "E-mail address, as it was typed",
    "phone": "Phone number, as it was typed",
    "post": "Address for letters: postcode and number of the house",
}
"""What two who may be one person have alike. Which name, address or number is said nowhere beside it."""
ALIKE_SHORT = {
    "name_and_year": "name and year of birth",
    "name": "name",
    "email": "e-mail address",
    "phone": "phone",
    "post": "address for letters",
}

MEANING = {
    "full_name": "Full name",
    "called": "Name to be called by, or first name",
    "last_name": "Last name",
    "birth_year": "Year of birth",
    "email": "E-mail",
    "phone": "Phone",
    "mobile": "Mobile phone",
    "address": "Address",
    "postcode": "Postcode",
    "prefers": "How they want to be reached",
    "work_title": "What they did",
    "work_body": "What they did: with whom",
    "work_since": "What they did: from",
    "work_until": "What they did: to",
    "training_title": "Training",
    "training_on": "Training: when",
    "training_by": "Training: by whom",
    "term_title": "Term of office: as what",
    "term_body": "Term of office: of which body",
    "term_since": "Term of office: from",
    "term_until": "Term of office: to",
    "leave_out": "Leave this column out",
}
"""What a column of a list may be (domain/register/columns.py)."""
LIST_STAGE = {
    "read": "Say what the columns mean",
    "checked": "Tried. Nobody is brought in yet",
    "waits": "Waiting for the network to release it",
    "running": "Being brought in",
    "done": "Brought in",
    "undoing": "Being taken back",
    "undone": "Taken back",
}
LIST_SHOWS = {
    "refused": "Refused lines",
    "joined": "Lines of the same person",
    "remarked": "Lines with a remark",
    "good": "All other lines",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def partly(when: str) -> str:
    """A year, a month or a day, as 2024-03-31, for people to read."""
    year, month, day = ([*when.split("-"), "", ""])[:3]
    words = [str(int(day)) if day else "", _MONTHS[int(month) - 1] if month else "", year]
    return " ".join(filter(None, words))


def lasted(since: str, until: str) -> str:
    """From when to when, as far as it is known: "2019 to 2021", "since 2019", "until March 2021", or nothing."""
    if since and until:
        return partly(since) if since == until else f"{partly(since)} to {partly(until)}"
    return f"since {partly(since)}" if since else f"until {partly(until)}" if until else ""


PAST = {"work": "Past work", "training": "Training", "term": "Term of office"}
