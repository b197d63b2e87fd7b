"""An e-mail as bytes: headers that have one reading, words as plain text and as HTML that says the same.

The HTML part is for readers: a link is its words there, which a screen reader says, and not a hundred characters of an
address; the text grows and flows on a small screen. It has no picture, no style, nothing that is fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from html import escape
from uuid import UUID

from services.chassis.base.addresses import EmailAddress

LONGEST_PLAIN = 66
"""Characters of a subject that fit on its line as they are."""
SIGNATURE = "-- "
"""The line before a signature: mail programs know it, and leave out of an answer what follows."""


@dataclass(frozen=True)
class Attached:
    """A file of text that goes with a letter, in UTF-8. `media`: as `text/calendar`."""

    name: str
    media: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address. Its id is the Message-ID, the same however often it is sent.

    In `body` paragraphs are parted by an empty line; an address alone on its line, after one that ends with a colon,
    is the link of that line's words.
    """

    id: UUID
    to: str
    subject: str
    body: str
    from_called: str = ""
    reply_to: str = ""
    stop_url: str = ""
    """Where the receiver can stop such letters."""
    stops_at_once: bool = False
    """What is posted there stops them, without a question or signing in: for the button of mail programs (RFC 8058)."""
    attached: Attached | None = None
    answers: UUID | None = None
    """The first letter to the same address about the same thing, where that is another (RFC 5322, 3.6.4)."""


@dataclass(frozen=True)
class Written:
    """The e-mail, and the one address that it goes to, whatever its headers say."""

    to: str
    content: bytes


def write(letter: Letter, email_from: str) -> Written:
    """Raises WrongAddress or ValueError for what has no single reading: then nothing is written."""
    to = EmailAddress.read(letter.to).kept
    user, _, domain = email_from.rpartition("@")
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(letter.from_called, user, domain)
    message["To"] = Address(addr_spec=to)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=EmailAddress.read(letter.reply_to).kept)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    if letter.answers:
        message["In-Reply-To"] = message["References"] = f"<{letter.answers}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        if letter.stops_at_once:
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body, cte="quoted-printable")
    message.add_alternative(as_html(letter.subject, letter.body), subtype="html", cte="quoted-printable")
    if file := letter.attached:
        kind, _, subtype = file.media.partition("/")
        message.add_attachment(
            file.content, maintype=kind, subtype=subtype, filename=file.name, params={"charset": "utf-8"}
        )
    return Written(to, _subject(letter.subject) + message.as_bytes())


_POLICY = EmailPolicy(linesep="\r\n", cte_type="7bit")


def _subject(text: str) -> bytes:
    """The subject's header: no line of it is empty, and it decodes to what was meant, `=?` in it too.

    (A message of the library's folds a long word to an empty line, and reads `=?` in what it is given as encoded.)
    """
    if any(sign in text for sign in "\r\n\0"):
        raise ValueError("a subject is one line")
    if text.isascii() and len(text) <= LONGEST_PLAIN and "=?" not in text:
        return f"Subject: {text}\r\n".encode()
    folded = Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode()


def as_html(subject: str, body: str) -> str:
    """The same words with paragraphs and links."""
    words, _, signature = body.partition(f"\n{SIGNATURE}\n")
    parts = [*_paragraphs(words), *(["<hr>", *_paragraphs(signature)] if signature else [])]
    head = f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
    return f"{head}\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"


def _paragraphs(text: str) -> Iterator[str]:
    joined = re.sub(r":\n\n(?=https?://\S+\s*$)", ":\n", text, flags=re.MULTILINE)
    for paragraph in re.split(r"\n\s*\n", joined.strip()):
        yield f"<p>{'<br>'.join(_lines(paragraph.split(chr(10))))}</p>"


def _lines(lines: list[str]) -> Iterator[str]:
    """Each line, escaped; a line of words with an address under it becomes a link."""
    rest = iter(enumerate(lines))
    for number, line in rest:
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.endswith(":") and _is_address(following):
            yield f'<a href="{escape(following)}">{escape(line.removesuffix(":"))}</a>'
            next(rest)
        elif _is_address(line):
            yield f'<a href="{escape(line)}">{escape(line)}</a>'
        else:
            yield escape(line)


def _is_address(line: str) -> bool:
    return re.fullmatch(r"https?://\S+", line) is not None
