"""The words for recruitment's codes, as people read them."""

from schemas.recruitment import DISTANCES, LEARNING, SHARED_WITH
from schemas.words import ACCESS, AREA, FORMAT, LANGUAGE, MODE, RUNG, STRAND, TALK, TIME, TIME_OF_DAY, WEEKDAY, in_words

__all__ = [
    "ACCESS",
    "AREA",
    "ASK_AGAIN",
    "DISTANCE",
    "FORMAT",
    "LANGUAGE",
    "LEARN",
    "MODE",
    "RUNG",
    "SHARED",
    "STAGE",
    "STAGE_FOR_STAFF",
    "STRAND",
    "TALK",
    "TIME",
    "TIME_OF_DAY",
    "WEEKDAY",
    "in_words",
]

STAGE = {
    "sent": "Sent. We are reading it",
    "approved": "Approved",
    "declined": "We said no",
    "withdrawn": "You took it back",
}
ASK_AGAIN = {"approved": "You left the pool. You can come back at any time."}
STAGE_FOR_STAFF = {
    "sent": "Waits for an answer",
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Taken back",
}
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
