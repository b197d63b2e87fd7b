"""How far a list is that an organisation brings in, and what may be done with it by whom."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused

ADMIN = "admin"
"""Whose role it is to bring in a list of their organisation."""
READ, CHECKED, WAITS, RUNNING, DONE, UNDOING, UNDONE = (
    "read",
    "checked",
    "waits",
    "running",
    "done",
    "undoing",
    "undone",
)
"""Read: what its columns mean is asked. Checked: the dry run is shown. Waits: for the network. Running: it is brought
in. Done: everybody on it is listed. Undone: taken back while nobody had been asked."""
STAGES = (READ, CHECKED, WAITS, RUNNING, DONE, UNDOING, UNDONE)
BEFORE = (READ, CHECKED, WAITS)
KEPT_UNUSED = timedelta(days=14)
"""A list that was not brought in is deleted so long after it was sent."""
LINES_KEPT = timedelta(days=14)
"""Its lines, as typed, go so long after it was brought in; by then the parts of other rooms have been handed on."""
COUNTS_KEPT = timedelta(days=730)


class NoList(Refused, slug="no-list", status=422, field="list"):
    """Choose the file with your list."""


class NotAtThisStage(Refused, slug="list-not-at-this-stage", title="This list is further by now", status=409):
    """This list is at another stage by now. Load the page again to see how far it is."""


class NobodyToBringIn(Refused, slug="nobody-to-bring-in", title="There is nobody to bring in", status=409):
    """Every line of this list is refused. Mend the lines, and send the list again."""


class ListChanged(Refused, slug="list-changed", title="This list has changed", status=409):
    """This list has changed since you looked at it. Look at it again before you release it."""


class OwnList(Refused, slug="own-list", title="Somebody else releases this list", status=403):
    """Whoever sent a list does not release it. Ask somebody else in the welcome team."""


class NetworkReleases(Refused, slug="network-releases", title="The network releases this list", status=403):
    """The network's welcome team looks at this list before it is brought in. Ask them to release it."""


class AskedByNow(Refused, slug="list-handed-on", title="It is too late to undo this", status=409):
    """How to reach these people was handed on, so they are being asked. From now on each person's own answer counts."""


class LinesGone(Refused, slug="list-lines-gone", title="The lines of this list are gone", status=409):
    """The lines of this list were deleted two weeks after it was brought in. There is nothing left to hand on."""


@dataclass(frozen=True)
class Import:
    """One upload of an organisation's list. Only numbers are kept of what came of it."""

    id: UUID
    version: int
    organisation_id: UUID
    ods_code: str
    file_name: str
    uploaded_by: UUID
    uploaded_at: datetime
    columns: tuple[str, ...]
    meanings: tuple[str, ...]
    lines: int
    stage: str = READ
    moved_at: datetime | None = None
    refused: int = 0
    joined: int = 0
    """Lines that belong to somebody of an earlier line."""
    released_by: UUID | None = None
    done_at: datetime | None = None
    handed_on_at: datetime | None = None
    people: int = 0
    reachable: int = 0
    said_yes: int = 0
    said_no: int = 0
    silent: int = 0
    by_network: bool = field(default=False, compare=False)
    """Whether the organisation runs the network; not kept."""

    @property
    def is_tried(self) -> bool:
        """Whether it is known what would become of each line."""
        return self.stage != READ

    @property
    def was_asked_for(self) -> bool:
        """Whether its organisation asked the network to release it, so that the welcome team sees it."""
        return self.stage not in (READ, CHECKED)

    @property
    def unanswered(self) -> int:
        return self.people - self.said_yes - self.said_no - self.silent

    @property
    def unreachable(self) -> int | None:
        """None of a list that was taken back: who is left of it answered, however they were reached."""
        return None if self.stage == UNDONE else self.people - self.reachable

    @property
    def asked(self) -> int:
        """Those who were handed on and have not answered. How many of them were asked is known where messages are."""
        return self.unanswered if self.handed_on_at else 0

    @property
    def to_bring_in(self) -> int:
        """People, once its columns are known."""
        return self.lines - self.refused - self.joined

    def at(self, stage: str, *, now: datetime) -> "Import":
        return replace(self, stage=stage, moved_at=now, version=self.version + 1)


@dataclass(frozen=True)
class ImportChoices(Choices):
    """What may be done with a list."""

    map: Choice
    bring_in: Choice
    ask_release: Choice
    release: Choice
    give_back: Choice
    delete: Choice
    hand_on: Choice
    undo: Choice


def choices_of_import(one: Import, *, by: UUID, is_screener: bool, now: datetime) -> ImportChoices:
    """`is_screener`: whether whoever asks is in the network's welcome team, and asks as that."""
    return ImportChoices(
        map=may_map(one),
        bring_in=may_bring_in(one),
        ask_release=may_ask_release(one),
        release=may_release(one, by=by) if is_screener else unless((True, NetworkReleases)),
        give_back=may_give_back(one) if is_screener else unless((True, NetworkReleases)),
        delete=may_delete(one),
        hand_on=may_hand_on(one, now=now),
        undo=may_undo(one),
    )


def may_map(one: Import) -> Choice:
    return unless((one.stage not in (READ, CHECKED), NotAtThisStage))


def may_bring_in(one: Import) -> Choice:
    """The network's own list, by its admins; every other is released first."""
    return unless(
        (one.stage != CHECKED, NotAtThisStage),
        (not one.by_network, NetworkReleases),
        (one.to_bring_in < 1, NobodyToBringIn),
    )


def may_ask_release(one: Import) -> Choice:
    return unless((one.stage != CHECKED or one.by_network, NotAtThisStage), (one.to_bring_in < 1, NobodyToBringIn))


def may_release(one: Import, *, by: UUID, seen: int | None = None) -> Choice:
    """`seen`: the version that was looked at; None: whatever it is now."""
    return unless(
        (one.stage != WAITS, NotAtThisStage),
        (one.uploaded_by == by, OwnList),
        (seen not in (None, one.version), ListChanged),
    )


def may_give_back(one: Import) -> Choice:
    return unless((one.stage != WAITS, NotAtThisStage))


def may_delete(one: Import) -> Choice:
    return unless((one.stage not in BEFORE, NotAtThisStage))


def may_hand_on(one: Import, *, now: datetime) -> Choice:
    gone = one.done_at is not None and now > one.done_at + LINES_KEPT
    return unless((one.stage != DONE, NotAtThisStage), (gone, LinesGone))


def may_undo(one: Import) -> Choice:
    return unless((one.stage != DONE, NotAtThisStage), (one.handed_on_at is not None, AskedByNow))


def map_columns(one: Import, meanings: tuple[str, ...], *, refused: int, joined: int, now: datetime) -> Import:
    """What its columns mean is said; the dry run counts."""
    may_map(one).must()
    return replace(one.at(CHECKED, now=now), meanings=meanings, refused=refused, joined=joined)


def bring_in(one: Import, *, now: datetime) -> Import:
    may_bring_in(one).must()
    return one.at(RUNNING, now=now)


def ask_release(one: Import, *, now: datetime) -> Import:
    may_ask_release(one).must()
    return one.at(WAITS, now=now)


def release(one: Import, *, by: UUID, seen: int | None, now: datetime) -> Import:
    may_release(one, by=by, seen=seen).must()
    return replace(one.at(RUNNING, now=now), released_by=by)


def give_back(one: Import, *, now: datetime) -> Import:
    """The network does not release it as it is; whoever sent it mends it, or deletes it."""
    may_give_back(one).must()
    return one.at(CHECKED, now=now)


def hand_on(one: Import, *, now: datetime) -> Import:
    may_hand_on(one, now=now).must()
    return replace(one, handed_on_at=one.handed_on_at or now, version=one.version + 1)


def undo(one: Import, *, now: datetime) -> Import:
    may_undo(one).must()
    return one.at(UNDOING, now=now)


def brought_in(one: Import, *, people: int, reachable: int, now: datetime) -> Import:
    return replace(one.at(DONE, now=now), done_at=now, people=people, reachable=reachable)


def taken_back(one: Import, *, gone: int, now: datetime) -> Import:
    """So many are forgotten; whoever had answered by then keeps their answer."""
    return replace(one.at(UNDONE, now=now), people=one.people - gone)
