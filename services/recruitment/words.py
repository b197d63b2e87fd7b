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
    "LANGUAGE",
    "LEARN",
    "MODE",
    "OUTCOME",
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
]

STAGE = {
    "asked": "We have your name",
    "sent": "Sent. We are reading it",
    "talked": "We talk with you",
    "approved": "You have joined",
    "declined": "Not now",
    "withdrawn": "You took it back",
}
ASK_AGAIN = {"approved": "You left the pool. You can come back at any time."}
NEXT_STEP = {
    "asked": "Somebody from the welcome team gets in touch with you, in the way that you asked for.",
    "sent": "Somebody from the welcome team reads what you wrote, and gets in touch with you.",
    "talked": "After the talk, the welcome team answers you.",
}
"""What comes next for whoever waits; `say_more` where it is their own turn."""
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
}
"""What two who may be one person have alike. Which name, address or number is said nowhere beside it."""
ALIKE_SHORT = {"name_and_year": "name and year of birth", "name": "name", "email": "e-mail address", "phone": "phone"}
