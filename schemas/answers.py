"""What people can answer about what fits them and what they need, as codes. Each is a list that grows."""

STRANDS = (
    "governance",
    "service_improvement",
    "training_education",
    "research",
    "information",
    "recruitment_panel",
    "culture",
)
"""What kind of work it is. A growing list: readers take any text."""

MODES = ("in_person", "remote", "hybrid")
"""How people take part. A growing list."""

EXPERIENCE_AREAS = (
    "pain",
    "rheumatology",
    "diabetes",
    "mental_health",
    "cancer",
    "heart",
    "respiratory",
    "maternity",
    "children",
    "learning_disability",
    "caring",
    "older_people",
    "primary_care",
)
"""Areas of lived experience that a person may choose to be matched on. Health data. A growing list."""

ACCESS_NEEDS = (
    "step_free",
    "bsl",
    "captions",
    "easy_read",
    "large_print",
    "interpreter",
    "personal_assistant",
    "breaks",
    "lipspeaker",
    "hearing_loop",
    "quiet_room",
    "braille",
    "something_else",
)
"""What a person needs to take part, `something_else` in words that only recruitment has. Health data. A growing list.

"bsl" is an interpreter of British Sign Language, "interpreter" one of another language.
"""

FORMATS = ("standard", "large_print", "easy_read", "audio", "braille")
"""In which format somebody wants papers and letters. Health data where it is not "standard". A growing list."""

WAYS_TO_TALK = (
    "video_relay",
    "text_relay",
    "lip_reading",
    "one_thing_at_a_time",
    "time_to_answer",
    "in_writing",
    "with_supporter",
)
"""How to talk with a person, on the phone and face to face. Health data. A growing list."""

SHARED_WITH = ("places", "coordinator")
"""Who may see what a person needs: organisations where they take a place; their coordinator. A growing list."""

LEARNING = (
    "how_it_works",
    "committees",
    "speaking_up",
    "own_story",
    "reading_papers",
    "numbers",
    "research_methods",
    "choosing_staff",
    "chairing",
    "online_meetings",
    "privacy",
    "mentoring",
)
"""What a person wants to learn. A growing list."""

DISTANCES = ("5", "10", "25", "50", "anywhere")
"""How far a person travels from their home district: miles, as the crow flies. A growing list."""

TIMES = tuple(
    f"{day}_{part}"
    for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    for part in ("morning", "afternoon", "evening")
)
"""When a person can take part, as "mon_morning": until 12 o'clock, until 5pm, after that. A growing list."""

LANGUAGES = (
    *("en", "cy", "sq", "am", "ar", "bn", "bg", "yue", "cmn", "cs", "nl", "tl", "fr", "de", "el", "gu", "he", "hi"),
    *("hu", "ig", "it", "ja", "ko", "ku", "lv", "lt", "ml", "ne", "ps", "fa", "pl", "pt", "pa", "ro", "rom", "ru"),
    *("sr", "sn", "si", "sk", "so", "es", "sw", "ta", "te", "th", "ti", "tr", "tw", "uk", "ur", "vi", "yi", "yo"),
)
"""Spoken languages: ISO 639-1, or 639-3 where that has none. Sign languages are needs. A growing list."""
