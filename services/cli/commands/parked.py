"""`pln parked`: what the services could not read or could not do; try it again, or let it go. Both are recorded.

It asks each service's operators' API (`clients/operators.py` says as whom).
"""

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, cast

import typer
from aiokafka import TopicPartition

from schemas.contracts import plan
from services.cli.base.apart import apart
from services.cli.base.console import AsJson, one_sentence, say, warn
from services.cli.base.trouble import Trouble
from services.cli.clients.caller import Caller, RequestRefused
from services.cli.clients.operators import operator
from services.cli.clients.records import record_at
from services.cli.local.environment import running_network
from services.cli.local.servers import settings_of

app = typer.Typer(no_args_is_help=True, help="Unreadable records and failing reactions of all services.")

One = Annotated[str, typer.Argument(metavar="ID", help="As `pln parked list` shows it.")]
Of = Annotated[str | None, typer.Option("--service", metavar="S", help="Only this service.")]


@dataclass(frozen=True)
class Stuck:
    """One thing that waits for an operator: a record that cannot be read, or a reaction that fails."""

    id: str
    """A record's own id, or `<reaction>/<aggregate id>`."""
    service: str
    kind: Literal["record", "reaction"]
    about: str
    error: str
    since: str
    details: dict[str, Any]

    @property
    def path(self) -> str:
        noun = "parked" if self.kind == "record" else "reactions"
        return f"/ops/{noun}/{self.id}"

    def in_words(self) -> list[str]:
        return [f"{self.id}  {self.service}: {self.kind} {self.about}, since {self.since}", f"    {self.error}"]


@app.command("list")
@one_sentence
def list_stuck(service: Of = None, as_json: AsJson = False) -> None:
    """What is stuck in each service and why, oldest first. Exit code 1 when a service could not be asked.

    Example: pln parked list --service matching
    """
    found, unasked = _find_stuck(_operator(), service)
    if as_json:
        say(json.dumps({"stuck": [asdict(one) for one in found], "unasked": unasked}, indent=1))
    else:
        for line in [line for one in found for line in one.in_words()]:
            say(line)
        if not found:
            say("Nothing is stuck in the services that answered." if unasked else "Nothing is stuck.")
        for name, why in unasked.items():
            warn(f"{name} could not be asked: {why}")
    if unasked:
        raise typer.Exit(1)


@app.command()
@one_sentence
def show(id: One, service: Of = None, as_json: AsJson = False) -> None:
    """Everything about one of them; of a record also its headers and bytes, where Kafka still has them.

    Example: pln parked show 6f1c8a52-3f0e-4b61-9a59-6d1f0e2b7c11
    """
    found = _find(_operator(), id, service)
    about = found.details | {"service": found.service, "kind": found.kind}
    if found.kind == "record":
        about["record"] = _record(found.details)
    if as_json:
        say(json.dumps(about, indent=1))
        return
    for name, value in about.items():
        say(f"{name}: {json.dumps(value, indent=1) if isinstance(value, dict) else value}")


@app.command()
@one_sentence
def retry(
    id: Annotated[str | None, typer.Argument(metavar="ID", help="As `pln parked list` shows it.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is stuck.")] = False,
    topic: Annotated[str | None, typer.Option("--topic", metavar="T", help="All records of this topic.")] = None,
    service: Of = None,
    as_json: AsJson = False,
) -> None:
    """Read the record again, or try the reaction again now. Who asked is recorded. Exit code 1 if it is no better.

    Example: pln parked retry claim_what_was_attended/0198c0de-7000-7000-8000-000000000001
    Example: pln parked retry --all --service matching
    """
    if (id is None) == (not everything and topic is None):
        raise Trouble("Say which: an ID, or --topic NAME, or --all.")
    if id is None:
        _retry_all(service, topic, as_json=as_json)
        return
    found = _settle(id, service, "retry")
    if found.kind == "record":
        words = f"{found.service} has read it."
    else:
        words = f"{found.service} tries it again now. If it fails again, `pln parked list` shows it."
    say(json.dumps({"retried": found.id, "service": found.service}) if as_json else words)


@app.command()
@one_sentence
def discard(id: One, service: Of = None, as_json: AsJson = False) -> None:
    """Let it go: the record stays unread, the reaction counts as done for this state. Who asked is recorded.

    Example: pln parked discard 6f1c8a52-3f0e-4b61-9a59-6d1f0e2b7c11 --service matching
    """
    found = _settle(id, service, "discard")
    words = f"{found.service} has let it go. A later state of the same thing is read and done as ever."
    say(json.dumps({"discarded": found.id, "service": found.service}) if as_json else words)


def _retry_all(service: str | None, topic: str | None, *, as_json: bool) -> None:
    caller, done = _operator(), dict[str, dict[str, int]]()
    for name in _services(service):
        done[name] = sums = {"taken": 0, "unreadable": 0, "reactions": 0}
        after: str | None = None
        while True:
            answer = caller.post(name, "/ops/retry-all", {"topic": topic, "after": after})
            for what in sums:
                sums[what] += int(answer[what])
            after = answer["after"]
            if after is None:
                break
    if as_json:
        say(json.dumps(done, indent=1))
    for name, sums in done.items() if not as_json else ():
        say(f"{name}: {sums['taken']} records read, {sums['reactions']} reactions tried again now")
        if sums["unreadable"]:
            warn(f"{name}: {sums['unreadable']} records still cannot be read; `pln parked list` says why")
    if any(sums["unreadable"] for sums in done.values()):
        raise typer.Exit(1)


def _find_stuck(caller: Caller, service: str | None) -> tuple[list[Stuck], dict[str, str]]:
    """What is stuck, oldest first, and which services could not be asked, with why."""
    found: list[Stuck] = []
    unasked: dict[str, str] = {}
    for name in _services(service):
        try:
            answer = caller.get(name, "/ops/stuck")
        except RequestRefused as refused:
            unasked[name] = refused.words
            continue
        found += [_record_stuck(name, row) for row in answer["parked"]]
        found += [_reaction_stuck(name, row) for row in answer["failing"]]
    return sorted(found, key=lambda one: one.since), unasked


def _services(only: str | None) -> list[str]:
    owners = cast("dict[str, dict[str, Any]]", plan()["topics"]).values()
    names = list(dict.fromkeys(str(about["owner"]) for about in owners))
    if only is None:
        return names
    if only not in names:
        raise Trouble(f"There is no service {only}. Services: {', '.join(names)}.")
    return [only]


def _record_stuck(service: str, row: dict[str, Any]) -> Stuck:
    about = f"{row['topic']} {row['partition']}:{row['offset']}"
    return Stuck(row["id"], service, "record", about, row["error"], row["parked_at"], row)


def _reaction_stuck(service: str, row: dict[str, Any]) -> Stuck:
    about = f"{row['reaction']} for version {row['version']}, {row['tries']} tries, next at {row['due_at']}"
    return Stuck(f"{row['reaction']}/{row['id']}", service, "reaction", about, row["error"] or "", row["since"], row)


def _settle(id: str, service: str | None, how: Literal["retry", "discard"]) -> Stuck:
    caller = _operator()
    found = _find(caller, id, service)
    try:
        caller.post(found.service, f"{found.path}/{how}")
    except RequestRefused as refused:
        raise Trouble(refused.words) from None
    return found


def _find(caller: Caller, id: str, service: str | None) -> Stuck:
    """Raises Trouble when there is none, or two of the same name in two services."""
    found, unasked = _find_stuck(caller, service)
    named = [one for one in found if one.id == id]
    if len(named) == 1:
        return named[0]
    if named:
        raise Trouble(f"It is in {' and '.join(one.service for one in named)}. Say which: --service …")
    unsure = "".join(f" {name} could not be asked: {why}" for name, why in unasked.items())
    raise Trouble(f"Nothing with the id {id} is stuck (any more). `pln parked list` shows what is.{unsure}")


def _record(row: dict[str, Any]) -> dict[str, Any] | str:
    """A parked record as Kafka has it. Bytes that are no text are shown with replacement signs."""
    settings = settings_of(running_network())
    place = TopicPartition(row["topic"], int(row["partition"]))
    record = apart(lambda: record_at(settings, place, int(row["offset"])))
    if record is None:
        return "Kafka has it no more: a later record under the same key has replaced it"
    headers = {name: _text(value) for name, value in record.headers}
    return {"key": _text(record.key), "headers": headers, "value": _text(record.value)}


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", errors="replace")


def _operator() -> Caller:
    return operator(running_network())
