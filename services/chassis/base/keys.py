"""The network's keys: a pair that signs tokens, of which identity alone reads the private one, and the secret of forms.

`rotate` makes new ones: from then on those sign, and what the ones before have signed is still good. Every service
looks at the files again when they have changed, so nothing is started anew.
"""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from joserfc.jwk import KeySet, OKPKey

from services.chassis.base.settings import BadSettings, Settings

_PRIVATE, _PUBLIC = "token-private.json", "token-public.json"
_FORMS, _FORMS_BEFORE = "forms", "forms-before"
_SHARED = (_PUBLIC, _FORMS_BEFORE, _FORMS)
"""What every service may know: the public keys, and the secrets that sign forms and values in hidden fields."""
AT_A_TIME = 2
"""So many of each are good."""

Secrets = tuple[bytes, ...]
"""The secrets of forms that are good, the newest first: that one signs."""
Read = TypeVar("Read")


def make(settings: Settings) -> None:
    """Make what is missing in the state folder (PLN_STATE_DIR). What the keys before have signed stays good."""
    folder = _folder(settings)
    if not (folder / _PRIVATE).exists():
        _write(folder / _PRIVATE, _as_text(_new_pair()))
    _publish(folder, private(settings))
    settings.secret(_FORMS)


def rotate(settings: Settings, *, known_to_others: bool = False) -> None:
    """New keys sign from now on. The ones before stay good, unless they are `known_to_others`.

    The public key is written before the private one: whoever is shown a token has the key that it asks for.
    """
    folder, fresh = _folder(settings), _new_pair()
    before = settings.secret(_FORMS)
    _publish(folder, fresh, private(settings), only=known_to_others)
    if known_to_others:
        (folder / _FORMS_BEFORE).unlink(missing_ok=True)
    else:
        _write(folder / _FORMS_BEFORE, before)
    _write(folder / _FORMS, secrets.token_bytes(32))
    share(settings)
    _write(folder / _PRIVATE, _as_text(fresh))


def share(settings: Settings) -> None:
    """Copy what every service may know to the folder of PLN_SHARED_DIR, where services in containers look."""
    if settings.shared_dir is None:
        return
    own, folder = _folder(settings), settings.shared_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _SHARED:
        if (own / name).exists():
            _write(folder / name, (own / name).read_bytes())
        else:
            (folder / name).unlink(missing_ok=True)


def checking(settings: Settings) -> list[str]:
    """The ids of the public keys, the one that signs first; none where no network was prepared."""
    path = settings.state_dir / "keys" / _PUBLIC
    return [str(key["kid"]) for key in json.loads(path.read_text())["keys"]] if path.exists() else []


def made_at(settings: Settings) -> float:
    """Since when the private key signs, in seconds of the epoch."""
    return (settings.state_dir / "keys" / _PRIVATE).stat().st_mtime


def _folder(settings: Settings) -> Path:
    folder = settings.state_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _new_pair() -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": secrets.token_hex(8)})


def _as_text(key: OKPKey) -> str:
    return json.dumps(key.as_dict(private=True))


def _publish(folder: Path, *keys: OKPKey, only: bool = False) -> None:
    """These public keys, and then what was there as far as it is good; `only`: the first alone."""
    wanted = {key.kid: key.as_dict(private=False) for key in keys}
    if (folder / _PUBLIC).exists():
        there = cast("list[dict[str, Any]]", json.loads((folder / _PUBLIC).read_text())["keys"])
        wanted |= {key["kid"]: key for key in there if key["kid"] not in wanted}
    _write(folder / _PUBLIC, json.dumps({"keys": list(wanted.values())[: 1 if only else AT_A_TIME]}))


def private(settings: Settings) -> OKPKey:
    return OKPKey.import_key(json.loads((settings.state_dir / "keys" / _PRIVATE).read_text()))


class KeyRing:
    """What a service checks and signs with. Raises BadSettings where no network was prepared."""

    def __init__(self, settings: Settings) -> None:
        folder = settings.state_dir / "keys"
        if not (folder / _PUBLIC).exists():
            raise BadSettings(
                f"PLN_STATE_DIR: {settings.state_dir} has no keys; `python -m services prepare` makes them"
            )
        settings.secret(_FORMS)
        self._public = _Watched((folder / _PUBLIC,), lambda found: KeySet.import_key_set(json.loads(found[_PUBLIC])))
        both = (folder / _FORMS, folder / _FORMS_BEFORE)
        self._forms = _Watched(both, lambda found: tuple(found[path.name] for path in both if path.name in found))

    @property
    def public(self) -> KeySet:
        """The keys that check tokens."""
        return self._public.now()

    @property
    def forms(self) -> Secrets:
        return self._forms.now()


class _Watched(Generic[Read]):
    """What files say, read again when one of them is another than before. They are replaced whole, never written to.

    While the first of them is missing (a restored folder takes the place of another), what it said last is good.
    """

    def __init__(self, paths: tuple[Path, ...], read: Callable[[Mapping[str, bytes]], Read]) -> None:
        self._paths, self._read = paths, read
        self._seen = self._look()
        self._said = read(self._content())

    def now(self) -> Read:
        if (seen := self._look()) != self._seen and seen[0]:
            self._said = self._read(self._content())
            self._seen = seen
        return self._said

    def _look(self) -> list[tuple[int, int] | None]:
        found: list[tuple[int, int] | None] = []
        for path in self._paths:
            try:
                about = path.stat()
            except FileNotFoundError:
                found.append(None)
            else:
                found.append((about.st_ino, about.st_mtime_ns))
        return found

    def _content(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._paths if path.exists()}


def _write(path: Path, content: str | bytes) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    part.touch(mode=0o600)
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    os.replace(part, path)
