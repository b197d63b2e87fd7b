"""The words for codes that several services show: one code, the same words on every page."""

import re
from collections.abc import Iterable, Mapping

from schemas.matching import CHANGE_REASONS, INFLUENCES, WITHDRAWAL_REASONS
from schemas.payments import UNITS
from schemas.recruitment import (
    ACCESS_NEEDS,
    EXPERIENCE_AREAS,
    FORMATS,
    LANGUAGES,
    MODES,
    RUNGS,
    STRANDS,
    TALK_WAYS,
    TIMES,
    WAYS_TO_TALK,
)

STRAND = {
    "governance": "Running services: boards and committees",
    "service_improvement": "Making a service better",
    "training_education": "Training and teaching",
    "research": "Research",
    "information": "Letters, leaflets and information",
    "recruitment_panel": "Choosing new staff",
    "culture": "How staff and patients work together",
}
RUNG = {
    "feedback": "First step: tell us what it is like",
    "improvement": "Improvement partner",
    "governance": "Member of a board or committee",
    "senior": "Senior role, such as co-chair",
}
KIND_OF_ROLE = {
    "feedback": "Sharing experience",
    "improvement": "Improving",
    "governance": "Deciding",
    "senior": "Leading",
}
"""It describes the role, whoever reads it: nobody is hidden from one by what they have done before."""
INFLUENCE = {
    "informed": "You are told what is decided",
    "asked": "You are asked before others decide",
    "worked_together": "You work it out together",
    "decided": "You decide, or decide together",
}
OUR_INFLUENCE = {
    "informed": "We tell people what is decided",
    "asked": "We ask people before we decide",
    "worked_together": "We work it out together",
    "decided": "They decide, or we decide together",
}
"""The same as the organisation says it of itself."""
MODE = {"in_person": "In person", "remote": "Online or by phone", "hybrid": "In person or online, you choose"}
AREA = {
    "pain": "Long-term pain",
    "rheumatology": "Arthritis and other joint conditions",
    "diabetes": "Diabetes",
    "mental_health": "Mental health",
    "cancer": "Cancer",
    "heart": "Heart conditions",
    "respiratory": "Lung conditions",
    "maternity": "Having a baby",
    "children": "Children and young people",
    "learning_disability": "Learning disability",
    "caring": "Caring for someone",
    "older_people": "Older people",
    "primary_care": "GP and community services",
}
ACCESS = {
    "step_free": "Step-free access",
    "bsl": "British Sign Language interpreter",
    "captions": "Captions",
    "easy_read": "Easy Read papers",
    "large_print": "Large print papers",
    "interpreter": "Interpreter for another language",
    "personal_assistant": "Room for a personal assistant",
    "breaks": "Regular breaks",
    "lipspeaker": "Lipspeaker",
    "hearing_loop": "Hearing loop",
    "quiet_room": "A quiet room to go to",
    "braille": "Papers in braille",
    "something_else": "Something else",
}
CHANGED_BECAUSE = {
    "somebody_cannot_come": "somebody who is needed cannot come",
    "not_enough_people": "too few people can come",
    "place_not_free": "the place is not free",
    "another_day_suits": "another day suits more people",
    "not_needed": "it is not needed",
    "not_safe": "it would not be safe",
    "put_right": "there was a mistake in it",
    "called_off": "the whole role was called off",
    "organisation_closed": "the organisation has closed",
}
"""Why a session was moved, changed or cancelled, in the middle of a sentence."""
CALLED_OFF_BECAUSE = {
    "no_longer_needed": "it is no longer needed",
    "posted_by_mistake": "it was posted by mistake",
    "postponed": "it is put off until later",
    "organisation_closed": "the organisation has closed",
}
"""Why a role was called off, in the middle of a sentence."""
TALK = {"phone": "by phone", "online": "online", "in_person": "in person", "relay": "by text or video relay"}
"""How the welcome team and somebody who asks to join talk."""
FORMAT = {
    "standard": "As most people get them",
    "large_print": "Large print",
    "easy_read": "Easy Read",
    "audio": "Sound, to listen to",
    "braille": "Braille",
}
WAY_TO_TALK = {
    "video_relay": "In British Sign Language, by video relay",
    "text_relay": "By text relay (Relay UK)",
    "lip_reading": "Face me and speak clearly: I lip-read",
    "one_thing_at_a_time": "In short sentences, one thing at a time",
    "time_to_answer": "Give me time to think and to answer",
    "in_writing": "Give me the main points in writing",
    "with_supporter": "Together with my supporter or carer",
}
LANGUAGE = {
    "en": "English",
    "cy": "Welsh",
    "sq": "Albanian",
    "am": "Amharic",
    "ar": "Arabic",
    "bn": "Bengali",
    "bg": "Bulgarian",
    "yue": "Cantonese",
    "cmn": "Mandarin",
    "cs": "Czech",
    "nl": "Dutch",
    "tl": "Filipino",
    "fr": "French",
    "de": "German",
    "el": "Greek",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "ig": "Igbo",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ku": "Kurdish",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "ml": "Malayalam",
    "ne": "Nepali",
    "ps": "Pashto",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Panjabi",
    "ro": "Romanian",
    "rom": "Romani",
    "ru": "Russian",
    "sr": "Serbian",
    "sn": "Shona",
    "si": "Sinhala",
    "sk": "Slovak",
    "so": "Somali",
    "es": "Spanish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "tw": "Twi",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yi": "Yiddish",
    "yo": "Yoruba",
}
WEEKDAY = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
TIME_OF_DAY = {"morning": "Morning", "afternoon": "Afternoon", "evening": "Evening"}
TIME = {f"{day}_{part}": f"{weekday} {part}" for day, weekday in WEEKDAY.items() for part in TIME_OF_DAY}
UNIT = {"session": "a session", "half_day": "a half day", "day": "a day", "hour": "an hour"}

for _words, _codes in (
    (STRAND, STRANDS),
    (RUNG, RUNGS),
    (KIND_OF_ROLE, RUNGS),
    (INFLUENCE, INFLUENCES),
    (OUR_INFLUENCE, INFLUENCES),
    (MODE, MODES),
    (AREA, EXPERIENCE_AREAS),
    (ACCESS, ACCESS_NEEDS),
    (TALK, TALK_WAYS),
    (FORMAT, FORMATS),
    (WAY_TO_TALK, WAYS_TO_TALK),
    (LANGUAGE, LANGUAGES),
    (TIME, TIMES),
    (UNIT, UNITS),
    (CHANGED_BECAUSE, CHANGE_REASONS),
    (CALLED_OFF_BECAUSE, WITHDRAWAL_REASONS),
):
    assert tuple(_words) == _codes, f"words and codes differ: {set(_words) ^ set(_codes)}"


def in_words(words: Mapping[str, str], codes: Iterable[str]) -> str:
    """Codes as people read them, with commas between. One that this edition does not know stands as it is."""
    return ", ".join(words.get(code, code) for code in codes)


def training_called(code: str) -> str:
    """Training of which nobody told us the title, by what can be read of its code: "first_steps" is "First steps".

    A made code ends in eight letters and numbers that say nothing; one without a number cannot be told from a word.
    """
    read = re.sub(r"_(?=[a-z]*[2-7])[a-z2-7]{8}$", "", code).replace("_", " ").strip()
    return read[:1].upper() + read[1:]
