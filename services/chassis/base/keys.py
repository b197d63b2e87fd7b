"""The keys that sign and check tokens: one private key, which only identity reads, and the public ones for all."""

import json
import os
import secrets
from pathlib import Path

from joserfc.jwk import KeySet, OKPKey

from services.chassis.base.settings import BadSettings, Settings

_PRIVATE, _PUBLIC = "token-private.json", "token-public.json"
_SHARED = (_PUBLIC, "forms")
"""What every service may know: the public keys, and the secret that signs forms and values in hidden fields."""


def make(settings: Settings) -> None:
    """Make the pair in the state folder (PLN_STATE_DIR) where there is none yet."""
    folder = settings.state_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / _PRIVATE).exists():
        key = OKPKey.generate_key("Ed25519", parameters={"kid": secrets.token_hex(8)})
        _write(folder / _PRIVATE, json.dumps(key.as_dict(private=True)))
    key = private(settings)
    _write(folder / _PUBLIC, json.dumps({"keys": [key.as_dict(private=False)]}))


def share(settings: Settings) -> None:
    """Copy what every service may know to the folder of PLN_SHARED_DIR, where services in containers look."""
    if settings.shared_dir is None:
        return
    folder = settings.shared_dir / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.secret("forms")
    for name in _SHARED:
        _write(folder / name, (settings.state_dir / "keys" / name).read_bytes())


def private(settings: Settings) -> OKPKey:
    return OKPKey.import_key(json.loads((settings.state_dir / "keys" / _PRIVATE).read_text()))


def public(settings: Settings) -> KeySet:
    """Raises BadSettings where no network was prepared."""
    if not (settings.state_dir / "keys" / _PUBLIC).exists():
        raise BadSettings(f"PLN_STATE_DIR: {settings.state_dir} has no keys; `python -m services prepare` makes them")
    return KeySet.import_key_set(json.loads((settings.state_dir / "keys" / _PUBLIC).read_text()))


def _write(path: Path, content: str | bytes) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    part.touch(mode=0o600)
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    os.replace(part, path)
