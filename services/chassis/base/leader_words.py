"""How a network calls its patient leaders, where people read it: one of them with its article, and many.

A setting says both at once (PLN_PATIENT_LEADER), so that neither can be there without the other. The code, contracts
and the glossary say patient leader in every network.
"""

import re
import unicodedata
from typing import NamedTuple

MOST_LETTERS = 60
"""Of each of the two: they stand in headings and in subjects of e-mails."""
BY_DEFAULT = "a patient leader / patient leaders"
_LIKE = "Write it like this: an expert by experience / experts by experience"
_OTHER_SIGN = re.compile(r"[^\w '’&/-]|_")
_FIRST = re.compile(r"(an?) ([^\W_].*)", re.IGNORECASE)
_ARTICLES = ("a ", "an ", "the ")
# Only what is surely wrong: "a user", "a European", "a one-off", "an hour" and "an MS partner" are right.
_WRONG_ARTICLE = re.compile(r"a (?:[ai]|e(?!u)|o(?!n(?:ce|e)\b))|an [bcdfgjklmpqrtvwz](?=[aeiou])")


class WrongLeaderWords(ValueError):
    """Words that would stand wrongly on every page. What it says is for whoever sets them."""


class LeaderWords(NamedTuple):
    """ "an expert by experience", "experts by experience": as they stand in the middle of a sentence."""

    one: str
    many: str

    def in_templates(self) -> dict[str, str]:
        """By the names under which pages and messages have them."""
        return {"a_patient_leader": self.one, "patient_leaders": self.many}

    @classmethod
    def read(cls, said: str) -> "LeaderWords":
        """Both, from one line with a slash between them. Raises WrongLeaderWords."""
        said = unicodedata.normalize("NFC", said)
        if other := _OTHER_SIGN.search(said):
            raise WrongLeaderWords(
                f"{other[0]!a} cannot be in it: only letters, digits, spaces, ' & - and / can. {_LIKE}"
            )
        found = [" ".join(part.split()) for part in f" {said} ".split(" / ")]
        if found == [""]:
            raise WrongLeaderWords(f"say what one of your people is called, and what many are. {_LIKE}")
        if len(found) != 2 or not all(found):
            raise WrongLeaderWords(f"say two things with one slash between them, and a space on both sides. {_LIKE}")
        one, many = found
        if too_long := next((part for part in found if len(part) > MOST_LETTERS), ""):
            raise WrongLeaderWords(f"“{too_long[:20]}…” is longer than {MOST_LETTERS} letters. {_LIKE}")
        first = _FIRST.fullmatch(one)
        if first is None:
            raise WrongLeaderWords(f"the first, “{one}”, has to begin with a or an. {_LIKE}")
        one = f"{first[1].lower()} {first[2]}"
        if _WRONG_ARTICLE.match(one):
            raise WrongLeaderWords(f"“{one}” has the wrong article: a or an. {_LIKE}")
        if not many[0].isalnum() or many.lower().startswith(_ARTICLES):
            raise WrongLeaderWords(f"the second, “{many}”, has to be many of them, without a or the. {_LIKE}")
        return cls(one, many)


LEADER_WORDS = LeaderWords.read(BY_DEFAULT)
