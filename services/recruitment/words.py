"""The words for recruitment's codes, as people read them."""

from schemas.words import ACCESS, AREA, MODE, RUNG, STRAND, TALK

__all__ = ["ACCESS", "AREA", "MODE", "RUNG", "STRAND", "TALK"]

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
