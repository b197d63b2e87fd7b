"""A backup as a file: one tar with a manifest, the database's dump and the network's keys. It holds everything."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from services.cli.base.trouble import Trouble, os_faults

FORMAT = 1
MANIFEST, DUMP, KEYS = "manifest.json", "database.dump", "keys"
MOST_MANIFEST_BYTES = 1 << 20
BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `files`: the SHA-256 of everything else in it, in hex. Times are UTC, ISO 8601."""

    format: int
    made_at: str
    network_name: str
    topic_prefix: str
    kafka_cluster: str | None
    postgres: str
    pg_dump: str
    files: Mapping[str, str]


@contextmanager
def beside(file: Path) -> Generator[Path]:
    """A folder for parts next to a file, for us alone; gone at the end."""
    with (
        os_faults(f"writing beside {file}"),
        tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder,
    ):
        yield Path(folder)


def pack(file: Path, parts: Path, about: Mapping[str, str | None]) -> Manifest:
    """Make the backup of a folder with the dump and the keys: whole under its name, mode 0600, or not at all."""
    members = sorted(path for path in parts.rglob("*") if path.is_file())
    files = {str(path.relative_to(parts)): _hash(path.open("rb")) for path in members}
    manifest = Manifest(format=FORMAT, files=files, **about)  # pyright: ignore[reportArgumentType]
    part = parts / "whole.tar"
    text = json.dumps(asdict(manifest), indent=1).encode()
    with _new_file(part) as raw:
        with tarfile.open(fileobj=raw, mode="w") as tar:
            first = tarfile.TarInfo(MANIFEST)
            first.size, first.mode = len(text), 0o600
            tar.addfile(first, io.BytesIO(text))
            for path in members:
                tar.add(path, arcname=str(path.relative_to(parts)), recursive=False)
        raw.flush()
        os.fsync(raw.fileno())
    os.link(part, file)  # fails where there is a file of that name by now
    return manifest


def checked_manifest(file: Path) -> Manifest:
    """What the backup says of itself, after every hash was checked. Raises Trouble when it is not whole or not ours."""
    try:
        with os_faults(f"reading {file}"), tarfile.open(file, mode="r:") as tar:
            manifest = _manifest(tar)
            found = {member.name: member for member in tar.getmembers() if member.name != MANIFEST}
            for name, wanted in manifest.files.items():
                there = tar.extractfile(found[name]) if name in found else None
                if there is None or _hash(there) != wanted:
                    raise Trouble(f"{file} is damaged: {name} is not as it was when the backup was made.")
            if found.keys() != manifest.files.keys():
                raise Trouble(f"{file} is damaged: there is more in it than it says.")
            return manifest
    except (tarfile.TarError, KeyError, TypeError, ValueError) as fault:
        raise Trouble(f"{file} is not a backup of a network, or only a part of one.") from fault


def unpack(file: Path, folder: Path) -> None:
    """Dump and keys into a folder of ours. Call `checked_manifest` before."""
    with tarfile.open(file, mode="r:") as tar:
        for member in tar.getmembers():
            content = tar.extractfile(member)
            if content is None or member.name == MANIFEST:
                continue
            path = folder / member.name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _new_file(path) as out:
                shutil.copyfileobj(content, out, BLOCK)


def _manifest(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    content = tar.extractfile(member) if member and member.name == MANIFEST else None
    if content is None:
        raise ValueError("no manifest")
    manifest = Manifest(**json.loads(content.read(MOST_MANIFEST_BYTES)))
    if manifest.format != FORMAT:
        raise Trouble(f"This backup has format {manifest.format}, and this version reads format {FORMAT}.")
    if any(name != DUMP and not _is_key(name) for name in manifest.files) or DUMP not in manifest.files:
        raise ValueError("other files")
    return manifest


def _new_file(path: Path) -> IO[bytes]:
    """A file that was not there before, for us alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _is_key(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder == KEYS and file not in ("", ".", "..") and "/" not in file


def _hash(content: IO[bytes]) -> str:
    with content:
        return hashlib.file_digest(content, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]
