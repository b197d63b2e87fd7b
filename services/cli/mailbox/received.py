"""What the mailbox keeps: the last letters, in memory and in a file that survives a restart."""

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from services.chassis.postgres.transaction import new_id

KEEP = 500
REWRITE_AT = 2 * KEEP


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address."""

    id: str
    to: str
    sender: str
    subject: str
    text: str
    at: datetime
    source: str = ""
    """As it came, its headers too, each byte a character (ISO 8859-1)."""

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "to": self.to,
            "from": self.sender,
            "subject": self.subject,
            "text": self.text,
            "at": self.at.isoformat(),
        }


class Letters:
    """The last 500 letters. `folder` is made where it is not there yet."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "letters.jsonl"
        self._kept: deque[Letter] = deque(maxlen=KEEP)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # letters hold links to sign in
        self._kept.extend(self._read())
        self._lines = REWRITE_AT
        self._shorten()

    def keep(self, content: bytes, *, recipients: list[str], sender: str) -> None:
        """Read an e-mail as it came by SMTP and keep it, once for each recipient."""
        message = message_from_bytes(content, policy=policy.default)
        for to in recipients:
            now = datetime.now(UTC)
            subject = str(message.get("subject", ""))
            letter = Letter(
                *(str(new_id()), to, str(message.get("from", sender)), subject, _text(message), now),
                source=content.decode("latin-1"),
            )
            self._kept.append(letter)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_line(letter))
            self._lines += 1
        self._shorten()

    def newest_first(self, *, to: str = "") -> list[Letter]:
        """All, or those to one address (case does not matter)."""
        wanted = to.strip().casefold()
        return [letter for letter in reversed(self._kept) if not wanted or letter.to.casefold() == wanted]

    def get(self, id: str) -> Letter | None:
        return next((letter for letter in self._kept if letter.id == id), None)

    def _read(self) -> Iterator[Letter]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                values: dict[str, Any] = json.loads(line)
                at = datetime.fromisoformat(values.pop("at"))
                yield Letter(**values, at=at)
            except (ValueError, TypeError, KeyError):
                continue  # half a line, written when the machine stopped

    def _shorten(self) -> None:
        if self._lines < REWRITE_AT:
            return
        part = self._path.with_suffix(".part")
        part.write_text("".join(_line(letter) for letter in self._kept), encoding="utf-8")
        os.replace(part, self._path)
        self._lines = len(self._kept)


def _line(letter: Letter) -> str:
    return json.dumps(asdict(letter), default=str) + "\n"


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        return str(body.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows
        return bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")
