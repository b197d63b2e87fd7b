"""Writes schemas/published: what others may rely on. `python -m schemas.publish` (make schemas; make check: `--check`).

  <topic>.json              each value on the topic as JSON Schema (a state, or what is left of it), its events, readers
  erased.json envelope.json the last state of what is forgotten, and the headers of every record, as JSON Schema
  codes.json                the growing lists of codes; a code once published stays
  types.json                what each event is called outside (ce_type), with our name for it; both stay
  asyncapi.json             all of it as one AsyncAPI 3.0.0 document
  history/<name>/vN.json    every edition of each of these contracts; a compatible change adds the next by itself
  examples/<name>/vN.json   one golden example of each edition, made once and never rewritten

Nothing is written when the contracts break a reader of any earlier edition, or lose a value of any golden example.
Such a change needs a topic of its own; a topic that no network has written yet may start over: delete its folders in
history/ and examples/.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, cast

from schemas import asyncapi, contracts
from schemas.compatibility import Schema, breaks
from schemas.examples import example_of, losses_of
from schemas.history import PUBLISHED, edition_file, editions

FOLDER = PUBLISHED
LINE = 120
"""Characters of a line at most, a comma included."""


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
    """Why the contracts may not follow what is published: every edition and its example, and every code."""
    found = [
        f"{name} v{number}: {reason}"
        for name, shape in _shapes().items()
        for number, edition in editions(folder, name).items()
        for reason in breaks(edition, shape)
    ]
    found += [
        f"examples/{name}/{path.name}: {reason}"
        for name in contracts.published()
        for path in sorted((folder / "examples" / name).glob("v*.json"))
        for reason in losses_of(name, _read(path))
    ]
    codes: dict[str, list[str]] = _read(folder / "codes.json") if (folder / "codes.json").exists() else {}
    for name, values in codes.items():
        gone = [value for value in values if value not in contracts.codes().get(name, ())]
        found += [f"{name}: the code {value!r} is gone, and states with it are not" for value in gone]
    types: dict[str, str] = _read(folder / "types.json") if (folder / "types.json").exists() else {}
    found += [
        f"{its_type}: it is no longer {name}, and records of that type are still read"
        for its_type, name in types.items()
        if contracts.types().get(its_type) != name
    ]
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
        earlier = editions(folder, name)
        newest = max(earlier, default=0)
        if earlier.get(newest) == shape:
            versions[name] = newest
        else:
            versions[name] = newest + 1
            found[f"history/{name}/v{newest + 1}.json"] = edition_file(shape, earlier)
    examples: dict[str, Schema] = {}
    for name, version in versions.items():
        path = f"examples/{name}/v{version}.json"
        kept = folder / path
        examples[name] = _read(kept) if kept.exists() else example_of(name)
        if not kept.exists():
            found[path] = examples[name]
    found |= {f"{topic}.json": contracts.topic_document(topic, versions[topic]) for topic in contracts.states()}
    for name in (contracts.ERASED, contracts.ENVELOPE):
        found[f"{name}.json"] = contracts.published()[name] | {"x-version": versions[name]}
    found |= {"codes.json": contracts.codes(), "types.json": contracts.types()}
    found["asyncapi.json"] = asyncapi.document(versions, examples)
    return {name: as_text(value) + "\n" for name, value in found.items()}


def as_text(value: Any, *, indent: int = 0, before: int = 0) -> str:
    """JSON with sorted keys; what fits into a line is a line. `before`: characters before it on its line."""
    line = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if indent + before + len(line) < LINE or not isinstance(value, dict | list | tuple):
        return line
    deeper, outer = "\n" + " " * (indent + 2), "\n" + " " * indent
    if isinstance(value, dict):
        held = cast("dict[str, Any]", value)
        named = [(json.dumps(key, ensure_ascii=False) + ": ", held[key]) for key in sorted(held)]
        parts = [name + as_text(part, indent=indent + 2, before=len(name)) for name, part in named]
        return "{" + deeper + ("," + deeper).join(parts) + outer + "}"
    parts = [as_text(part, indent=indent + 2) for part in cast("list[Any]", value)]
    return "[" + deeper + ("," + deeper).join(parts) + outer + "]"


def _shapes() -> dict[str, Schema]:
    return {name: contracts.shape(schema) for name, schema in contracts.published().items()}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
