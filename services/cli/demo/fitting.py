"""What else people in the demo region say would fit them, and what they need: a little different of each.

The region is made up, and lies by the sea somewhere around these districts, which are not.
"""

from typing import Any

from schemas.recruitment import FORMATS, LEARNING

DISTRICTS = ("BN1", "BN2", "BN3", "BN7", "BN8", "BN11", "BN21", "RH16", "PO19", "TN34")
DISTANCES = ("5", "10", "25", "50", "anywhere")
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = (
    [f"{day}_{part}" for day in _WEEK[:5] for part in ("morning", "afternoon")],
    [f"{day}_afternoon" for day in _WEEK],
    ["wed_evening", "thu_evening"],
    [f"{day}_{part}" for day in _WEEK for part in ("afternoon", "evening")],
)
"""Most of them can come in the afternoon, when most sessions are; somebody cannot."""
LANGUAGES = (["en"], ["en", "cy"], ["en", "pl"], ["en", "pa", "ur"], ["en"], ["en", "pt"])
OWN_WORDS = {"Wren": "I look after my mother and my son, both at once.", "Kofi": "I lived in a hostel for a year."}
"""What somebody who says something of their health knows about, and no list has."""
TALK = {"bsl": ["video_relay"], "captions": ["in_writing"], "easy_read": ["one_thing_at_a_time", "time_to_answer"]}
ELSE = {"Idris": "A parking space near the door.", "Anouk": "The interpreter sits where I see them and the speaker."}


def more_of(number: int) -> dict[str, Any]:
    """The later questions of a profile, of the person with this number in their list."""
    if number % 5 == 4:
        return {}  # nothing is compulsory, and somebody shows it
    return {
        "learning": [LEARNING[number % len(LEARNING)], LEARNING[(number + 5) % len(LEARNING)]],
        "district": DISTRICTS[number % len(DISTRICTS)],
        "distance": DISTANCES[number % len(DISTANCES)],
        "times": TIMES[number % len(TIMES)],
        "languages": LANGUAGES[number % len(LANGUAGES)],
    }


ALSO = {"Maya": ["hearing_loop", "quiet_room"]}
"""What some need besides: of one, an organisation has confirmed one thing, could not get another, and owes a third."""


def needs_of(called: str, need: str, notice: str) -> dict[str, Any]:
    """What somebody says they need, to organisations where they have a place and to whoever looks after them."""
    return {
        "needs": [] if need in FORMATS else [need, *ALSO.get(called, [])],
        "format": need if need in FORMATS else "standard",
        "ways_to_talk": TALK.get(need, []),
        "words": ELSE.get(called, ""),
        "shared_with": ["places", "coordinator"],
        "health_consent": notice,
    }
