"""The words for why a role fits its person or what is missing, for the searches that they keep, and what mends it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from schemas import links
from schemas.matching import Opportunity
from schemas.words import KIND_OF_ROLE
from services.chassis.base.wording import capital, many
from services.chassis.http.direction import joined
from services.matching import words
from services.matching.domain.fit import Course, Fit
from services.matching.domain.match import Match
from services.matching.domain.wish import Wish
from services.matching.words_of_search import WHEN

KEEP = "/matches/mine/searches/new"
MY_ROLE = "/matches/roles/{opportunity_id}"
WHO_SEES = (
    "Only you see this, and whoever you let do things for you. The organisation is not told that it fits you, or why."
)


@dataclass(frozen=True)
class Missing:
    """One thing that stands between a person and a role, and where they can mend it. `mend`: the words of the link."""

    code: str
    says: str
    mend: str
    link: str


_PROFILE = ("Change what would fit you", links.MY_PROFILE)
_SAYS: dict[str, tuple[str, str, str]] = {
    "closed": ("It is no longer open.", "See what is open", links.FEED),
    "not_in_pool": ("You are not in the pool.", "Join the pool", links.JOIN),
    "unpaid": ("It is not paid, and you asked for paid roles only.", "Change that", links.TELL_ME_LESS),
    "other_times": ("None of its sessions is at a time when you said that you can take part.", *_PROFILE),
    "busy": (
        "You have something else at the time of each session that is still to come.",
        *("See your roles", links.MY_ENGAGEMENTS),
    ),
    "over": ("All of its sessions have begun.", "See what is open", links.FEED),
    "answered": ("You have answered it already.", "See your answer", links.MY_ENGAGEMENTS),
}
_POINTS = {
    "lived": "You know about it from your own life",
    "wish": "It is a kind of work that you asked for",
    "near": "It is near, or nobody has to go anywhere",
    "step": "It is the next step for you, or one that you have reached",
}


def missing(fit: Fit, of: Opportunity, courses: Mapping[str, Course]) -> list[Missing]:
    """What is missing, each with what mends it. That it is not for them is no such thing: its page has a button; nor is
    that they are busy at the time of what they answered, for that may be their place in it."""
    no_such = {"not_for_me", "busy"} if "answered" in fit.missing else {"not_for_me"}
    return [_missing(code, of, courses) for code in fit.missing if code not in no_such]


def told_before(match: Match, fit: Fit | None) -> str:
    """How what somebody was told of stands with them now; "" where it fits. `fit`: None, of who is in no pool."""
    if match.ended_at is None:
        return ""
    if fit is None or not fit.reasons:
        return "No longer fits"
    return "Not for you" if "not_for_me" in fit.missing else ""


def _missing(code: str, of: Opportunity, courses: Mapping[str, Course]) -> Missing:
    kind, _, what = code.partition(":")
    if kind == "training":
        course = courses.get(what, Course(what, None))
        at = links.PROGRAMME.format(programme_id=course.id) if course.id else links.TRAINING
        mend = "Do this training" if course.id else "See the training you can do"
        return Missing(code, f"It asks for training that you do not have on its first day: {course.title}.", mend, at)
    if kind == "access":
        said = f"It does not say that this will be there: {words.ACCESS.get(what, what)}. You can ask for it."
        return Missing(code, said, "Change what you need", links.MY_NEEDS)
    if kind == "other_strand":
        said = f"It is a kind of work that you did not ask for: {words.STRAND.get(of.strand, of.strand)}."
        return Missing(code, said, "Keep a search for this kind of work", f"{KEEP}?{urlencode({'strand': of.strand})}")
    said, mend, at = _SAYS.get(kind) or (_of_profile(kind, what, of), *_PROFILE)
    return Missing(code, said, mend, at)


def _of_profile(kind: str, what: str, of: Opportunity) -> str:
    if kind == "other_mode":
        return f"You said that you take part in another way than this: {words.MODE.get(of.mode, of.mode)}."
    if kind == "lived_experience":
        areas = words.in_words(words.AREA, of.lived_experience)
        return f"It is for people who know about this from their own life: {areas}. You have not told us that."
    if kind == "language":
        return f"It is for people who speak this: {words.in_words(words.LANGUAGE, of.languages)}."
    return f"It is about {many(int(what), 'mile')} from your home district, further than you said." if what else kind


def points(fit: Fit) -> list[str]:
    """What put it where it stands on the list: "20 points: You know about it from your own life"."""
    return [f"{many(count, 'point')}: {_POINTS[name]}" for name, count in fit.points if count]


def how_far(miles: int | None) -> str:
    """ "about 6 miles from your home district"; "" where nobody goes there, or it is not known."""
    if miles is None:
        return ""
    return f"about {many(miles, 'mile')} from your home district" if miles else "in your home district"


def search(wish: Wish) -> str:
    """A search in a few words: "Research, online or by phone, paid"."""
    said: Iterable[str] = (
        words.STRAND.get(wish.strand, wish.strand) if wish.strand else "",
        words.MODE.get(wish.mode, wish.mode) if wish.mode else "",
        "" if wish.paid is None else "paid" if wish.paid else "expenses only",
        "" if wish.job is None else "jobs with a salary" if wish.job else "roles, no jobs",
        (wish.organisation or "an organisation that we do not know any more") if wish.organisation_id else "",
        KIND_OF_ROLE.get(wish.kind, wish.kind) if wish.kind else "",
        f"about {_small(words.AREA.get(wish.condition, wish.condition))}" if wish.condition else "",
        f"with {_small(words.ACCESS.get(wish.access, wish.access))}" if wish.access else "",
        _small(WHEN.get(wish.when, wish.when))
        if wish.when and wish.when not in words.TIME
        else WHEN.get(wish.when or "", ""),
        f"within {many(wish.miles or 0, 'mile')} of {wish.near}" if wish.near else "",
        f"with the words “{wish.words}”" if wish.words else "",
    )
    parts = [one for one in said if one]
    inner = [_in_the_middle(one) for one in parts[1:]]
    return joined((*(capital(one) for one in parts[:1]), *(piece for one in inner for piece in (", ", one))))


def _small(said: str) -> str:
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


def _in_the_middle(said: str) -> str:
    return said[:1].lower() + said[1:] if said in words.MODE.values() else said
