"""The words for how much say people had: as they say it, and as it is published beside what was promised."""

from schemas.matching import INFLUENCES
from services.engagements.domain.honesty import RATHER_NOT

HAD_SAY = {
    "informed": "I was told what was decided",
    "asked": "I was asked before others decided",
    "worked_together": "We worked it out together",
    "decided": "I decided, or we decided together",
    RATHER_NOT: "I would rather not say",
}
HOW_MUCH = {
    "informed": "People are told what is decided",
    "asked": "People are asked before others decide",
    "worked_together": "It is worked out together",
    "decided": "People decide, or decide with others",
}
NOT_SAID = "The organisation did not say"
TOO_FEW = "Too few to show"
assert (*HOW_MUCH, RATHER_NOT) == tuple(HAD_SAY)
assert tuple(HOW_MUCH) == INFLUENCES
