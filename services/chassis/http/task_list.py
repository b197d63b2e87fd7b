"""A form of several pages: what a room says of it, and how far a draft of it is.

A room declares a `TaskList`; `task_pages.routes` makes its pages of that: the list of tasks, a page for each, "check
your answers", and sending, once. What is typed is saved page by page, right or wrong (`postgres/drafts.py`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.chassis.base.hands import SignedIn
from services.chassis.base.refusals import Refused
from services.chassis.http.forms import field_errors
from services.chassis.http.limits import Limit
from services.chassis.http.seen import differing, with_date_parts
from services.chassis.postgres.drafts import Draft, Values
from services.chassis.postgres.transaction import Transaction

Who = TypeVar("Who", bound=SignedIn)
Errors = dict[str, str]
Check = Callable[[Values, Any, datetime], None]


def _as_they_are(values: Values, errors: Errors) -> Errors:
    return errors


async def _nothing(tx: Transaction[Any]) -> Any:
    return None


async def _always_open(tx: Transaction[Any]) -> str | None:
    return None


def _empty(known: Any) -> Values:
    return {}


async def _as_typed(tx: Transaction[Any], values: Values, asked: str) -> Values:
    return {}


def _untitled(values: Values) -> str:
    return ""


def _with_empty_pages(begun: str) -> str:
    return ""


def _not_counted(tx: Transaction[Any], begun: str) -> None:
    return None


@dataclass(frozen=True)
class Preview(Generic[Who]):
    """What is made of the answers, shown above them on "check your answers" as whoever it is for will read it.

    `made` is given what was checked and makes what sending would make, without keeping or saying it. `template` reads
    that as `preview`: none while a page is not completed, or while `made` refuses. It also has room for what is to be
    said of the answers before they are sent, and reads `values`, `known` and `far` as the page does.
    """

    template: str
    made: Callable[[Transaction[Who], Any], Awaitable[Any]]


@dataclass(frozen=True)
class Way:
    """A button beside the usual ones: what is typed is saved, right or wrong, and it leads to another page, which makes
    what this one asks for. `to`: its address, with `{draft_id}`.
    """

    code: str
    words: str
    to: str


@dataclass(frozen=True)
class TaskPage:
    """One task. `template` asks for just these `fields`, by the macros of `field`; dates are sent in three parts.
    `beside`: as of its list, on this page alone, and also before it is saved.
    """

    slug: str
    title: str
    template: str
    fields: tuple[str, ...]
    ways: tuple[Way, ...] = ()
    beside: str = ""

    def way(self, code: str) -> Way | None:
        return next((one for one in self.ways if one.code == code), None)

    def typed(self, values: Values) -> tuple[dict[str, Any], set[str]]:
        """What was typed into this page, and the names of whatever else came with it."""
        own = set(with_date_parts(self.fields))
        return {name: value for name, value in values.items() if name in own}, values.keys() - own

    def differing(self, one: Values, other: Values) -> list[str]:
        """The fields in which two answers to this page differ."""
        return differing(with_date_parts(self.fields), one, other)


@dataclass(frozen=True, kw_only=True)
class TaskList(Generic[Who]):
    """A form of several pages. Each field of `model` is asked for on one page.

    `at`: its address. A list that colleagues share also has `{draft_id}` in it, and `new`, where one is begun; then the
    draft is the organisation's in the address, else the account's own, which has one at a time.
    `send` acts on what was checked and returns the id of what it made, which `made` leads to, once and whenever it is
    sent again. `hands_over`: done instead where somebody else sends it; it is given the draft's id, the draft stays as
    it is, and `made` leads to it. `confirms`: the code by which the page there says that it was sent, as `back` says
    "deleted".
    `begins`: what pages that were never saved are filled in with, by field.
    `known`: what the templates (as `known`) and the checks need to know. `checks` refuse what the model cannot tell,
    each with the field that it is about. `closed` may lead somewhere else: there is nothing to fill in now.
    """

    kind: str
    title: str
    at: str
    new: str = ""
    shared: bool = False
    """Colleagues share it, though none is begun at an address of its own."""
    back: str
    pages: tuple[TaskPage, ...]
    model: type[BaseModel]
    enter: Callable[..., Awaitable[Who]]
    send: Callable[[Transaction[Who], Any], Awaitable[UUID]]
    made: Callable[[Who, UUID], str]
    confirms: str
    submit: str
    intro: str
    """Template of the words above the tasks: who reads the answers, how long it takes."""
    next: str
    """Template of the words above the last button: what happens when it is sent."""
    hands_over: Callable[[Transaction[Who], UUID, Any], Awaitable[None]] | None = None
    known: Callable[[Transaction[Who]], Awaitable[Any]] = _nothing
    checks: Sequence[Check] = ()
    begins: Callable[[Any], Values] = _empty
    closed: Callable[[Transaction[Who]], Awaitable[str | None]] = _always_open
    words_for_errors: Callable[[Values, Errors], Errors] = _as_they_are
    limit: Limit | None = None
    """How often it may be sent."""
    called: Callable[[Values], str] = _untitled
    """The name of one draft among several."""
    preview: Preview[Who] | None = None
    began: Callable[[str], str] = _with_empty_pages
    """The words for how a draft began (`Draft.begun`), on its pages."""
    sent: Callable[[Transaction[Who], str], None] = _not_counted
    """Counts a draft that was sent, by how it began."""
    beside: str = ""
    """Template of what there is to say of a page that is saved, below its buttons, in its form: see `far.values`."""
    mend: Callable[[Transaction[Who], Values, str], Awaitable[Values]] = _as_typed
    """What a button of `beside` (name `then`, value `mend:…`) makes of fields of the page; it is saved with them."""

    def __post_init__(self) -> None:
        asked = [name for page in self.pages for name in page.fields]
        if lost := self.model.model_fields.keys() - set(asked):
            raise ValueError(f"no page of {self.kind} asks for {', '.join(sorted(lost))}")
        if len(asked) > len(set(asked)):
            raise ValueError(f"two pages of {self.kind} ask for the same")

    @property
    def is_shared(self) -> bool:
        return self.shared or bool(self.new)

    def asked_for(self, draft: Draft | None) -> dict[str, Any]:
        """What is typed on the pages of this version; an older one may have asked on another page, or for more."""
        found: dict[str, Any] = {}
        if draft is None:
            return found
        for page in self.pages:
            saved = draft.pages.get(page.slug)
            found |= page.typed(saved.typed if saved else draft.values)[0]
        return found

    def begun(self, draft: Draft | None, page: TaskPage, known: Any) -> Values:
        """What a page is filled in with that nobody saved yet; nothing, once somebody did."""
        return {} if draft and page.slug in draft.pages else page.typed(self.begins(known))[0]

    def errors(self, values: Values, known: Any, now: datetime) -> Errors:
        """Field → what is wrong with it, over all pages."""
        errors: Errors = {}
        try:
            self.model.model_validate(dict(values))
        except ValidationError as wrong:
            errors = self.words_for_errors(values, field_errors(wrong, self.model))
        for check in self.checks:
            try:
                check(values, known, now)
            except Refused as refusal:
                errors = refusal.by_field() | errors
        return errors


class State(StrEnum):
    NOT_STARTED = "Not started"
    INCOMPLETE = "Incomplete"
    COMPLETED = "Completed"


@dataclass(frozen=True)
class Task:
    """A page of one draft: where it is, how far it is, and what is wrong on it."""

    page: TaskPage
    href: str
    state: State
    errors: Errors


@dataclass(frozen=True)
class Progress:
    """How far one draft is. Without a draft nothing has been typed."""

    tasks: Sequence[Task]
    values: Mapping[str, Any]

    @property
    def is_complete(self) -> bool:
        return all(task.state is State.COMPLETED for task in self.tasks)

    @property
    def unfinished(self) -> dict[str, str]:
        """Address → words, for everything that stands in the way of sending: to be listed as errors are."""
        found: dict[str, str] = {}
        for task in self.tasks:
            if task.state is State.NOT_STARTED:
                found[task.href] = f"Fill in: {task.page.title}"
            found |= {f"{task.href}?check=yes#{name}": words for name, words in task.errors.items()}
        return found

    def task(self, slug: str) -> Task:
        return next(task for task in self.tasks if task.page.slug == slug)

    def after(self, slug: str) -> Task | None:
        """The next that is not completed, in the order of the list, from its beginning again after its end."""
        place = [task.page.slug for task in self.tasks].index(slug) + 1
        turned = [*self.tasks[place:], *self.tasks[:place]]
        return next((task for task in turned if task.state is not State.COMPLETED), None)


def progress(tasks: TaskList[Any], draft: Draft | None, at: str, known: Any, now: datetime) -> Progress:
    """`at`: the address of the draft's list."""
    values = tasks.asked_for(draft)
    errors = tasks.errors(values, known, now)
    saved = set(draft.pages) if draft else set[str]()
    found: list[Task] = []
    for page in tasks.pages:
        wrong = {name: errors[name] for name in page.fields if name in errors} if page.slug in saved else {}
        state = State.NOT_STARTED if page.slug not in saved else State.INCOMPLETE if wrong else State.COMPLETED
        found.append(Task(page, f"{at}/{page.slug}", state, wrong))
    return Progress(found, values)
