"""Writes schemas/published: what others may rely on. `python -m schemas.publish` (make schemas; make check: `--check`).

  <topic>.json             the public state as JSON Schema, its events, owner and readers; erased.json: the last state
  codes.json               the growing lists of codes; a code once published stays
  asyncapi.json            all of it as one AsyncAPI 3.0.0 document
  history/<topic>/vN.json  the shape of every edition; a change that is compatible adds the next by itself
  examples/<Event>/vN.json a whole record of each event, made once for each edition and never rewritten

Nothing is written when the contracts break a reader of any earlier edition. Such a change needs a topic of its own;
a topic that no network has written yet may start over: delete its folder in history/ and its events' in examples/.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from schemas import asyncapi, contracts
from schemas.compatibility import Schema, breaks
from schemas.event import Erased
from schemas.examples import example_of

FOLDER = Path(__file__).parent / "published"


def main(arguments: list[str] | None = None, folder: Path = FOLDER) -> int:
    """The exit code: 1 when something breaks, or (with --check) when a file is not what the contracts say."""
    parser = argparse.ArgumentParser(prog="python -m schemas.publish", description="Write schemas/published anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; name the files that differ")
    check = parser.parse_args(arguments).check
    wrong = refusals(folder)
    if wrong:
        print("These changes break readers of what is published. Give them a topic of their own:", *wrong, sep="\n  ")
        return 1
    different = differences(folder)
    if check:
        if different:
            print("schemas/published is not what the contracts say. Run `make schemas`:", *different, sep="\n  ")
        return bool(different)
    write(different, folder)
    print(f"schemas/published: {len(different)} written", *different, sep="\n  ")
    return 0


def refusals(folder: Path = FOLDER) -> list[str]:
    """Why the contracts may not follow what is published: every edition of every topic, and every code."""
    now = _shapes()
    found = [
        f"{name} v{number}: {reason}"
        for name, shape in now.items()
        for number, edition in _editions(folder, name).items()
        for reason in breaks(edition, shape)
    ]
    published: dict[str, list[str]] = _read(folder / "codes.json") if (folder / "codes.json").exists() else {}
    for name, values in published.items():
        gone = [value for value in values if value not in contracts.codes().get(name, ())]
        found += [f"{name}: the code {value!r} is gone, and states with it are not" for value in gone]
    return found


def differences(folder: Path = FOLDER) -> list[str]:
    """The files, relative to the folder, that are missing, differ from the contracts, or have none any more."""
    wanted = files(folder)
    wrong = [name for name, text in wanted.items() if not _same(folder / name, text)]
    stale = [path.name for path in folder.glob("*.json") if path.name not in wanted]
    return sorted(wrong + stale)


def write(names: list[str], folder: Path = FOLDER) -> None:
    """Write these files as the contracts say; remove those that have no contract any more."""
    wanted = files(folder)
    for name in names:
        path = folder / name
        if name not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[name], encoding="utf-8")


def files(folder: Path = FOLDER) -> dict[str, str]:
    """Every file of the folder by its name, but editions and examples only where they are new: they never change."""
    found: dict[str, Any] = {}
    versions: dict[str, int] = {}
    for name, shape in _shapes().items():
        editions = _editions(folder, name)
        newest = max(editions, default=0)
        if editions.get(newest) == shape:
            versions[name] = newest
        else:
            versions[name] = newest + 1
            found[f"history/{name}/v{newest + 1}.json"] = shape
    examples: dict[str, Schema] = {}
    for fact in (fact for state in contracts.states().values() for fact in contracts.facts_of(state)):
        name = f"examples/{fact.__name__}/v{versions[contracts.contract_of(fact)[0]]}.json"
        kept = folder / name
        examples[fact.__name__] = _read(kept) if kept.exists() else example_of(fact)
        if not kept.exists():
            found[name] = examples[fact.__name__]
    found |= {f"{topic}.json": contracts.topic_document(topic, versions[topic]) for topic in contracts.states()}
    found["erased.json"] = contracts.schema_of(Erased) | {"x-version": versions[contracts.ERASED]}
    found["codes.json"] = contracts.codes()
    found["asyncapi.json"] = asyncapi.document(versions, examples)
    return {name: _text(value) for name, value in found.items()}


def _shapes() -> dict[str, Schema]:
    models = contracts.states() | {contracts.ERASED: Erased}
    return {name: contracts.shape(contracts.schema_of(model)) for name, model in models.items()}


def _editions(folder: Path, name: str) -> dict[int, Schema]:
    """The editions of a contract by their number, the first first."""
    paths = {int(path.stem.removeprefix("v")): path for path in (folder / "history" / name).glob("v*.json")}
    return {number: _read(paths[number]) for number in sorted(paths)}


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
