"""An e-mail as it leaves: what a mail program reads in it is what was meant, once and in one place."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from services.chassis.base.addresses import WrongAddress
from services.chassis.postgres.transaction import new_id
from services.chassis.work.letters import SIGNATURE, Letter, write
from tests.addresses import several_readings

FROM = "no-reply@network.example"
BODY = f"""Hello,

Sign in as Zoë & <b>friends</b>:

https://network.example/sign-in/link?token=a-b&to=/home

It works once.

See more:
https://network.example/x
on the page.

{SIGNATURE}
The network
Phone 0300 555 0100
"""
SUBJECTS = {
    "short": "Your link to sign in – Patient leadership network",
    "long": "Sussex Example University Hospitals NHS Foundation Trust invites you – Patient network of Sussex",
    "one long word": "x" * 300,
    "long and not ASCII": "é" * 120,
    "emoji": "🙂" * 60,
    "a long word after a short one": "Über " + "y" * 120,
    "Welsh": "Ysbyty Gwynedd – " + "wŷ" * 30 + " – " + "a" * 100,
    "an encoded word": "=?utf-8?q?Free=20money?= for you",
    "many words": "An opportunity fits you: " + "word " * 40 + "end",
    "right at the edge": "a" * 66,
    "one beyond the edge": "a" * 67,
}


def written(subject: str = "Subject", body: str = BODY, **more: Any) -> tuple[bytes, EmailMessage]:
    content = write(Letter(new_id(), to="Kim@link.example", subject=subject, body=body, **more), FROM).content
    return content, message_from_bytes(content, policy=policy.default)


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_a_subject_says_what_was_meant_and_no_line_of_it_is_empty(subject: str) -> None:
    content, message = written(subject)
    found = re.search(rb"^Subject:(.*(?:\r\n[ \t].*)*)\r\n", content)
    assert found
    assert all(line.strip() for line in found[1].split(b"\r\n"))
    assert max(len(line) for line in found[0].split(b"\r\n")) <= 78
    assert message["Subject"] == subject


def test_each_header_has_one_reading() -> None:
    content, message = written(from_called="Netzwerk für Sie, Ltd <x@evil.example>", reply_to="help@network.example")
    assert [(one.display_name, one.addr_spec) for one in message["From"].addresses] == [
        ("Netzwerk für Sie, Ltd <x@evil.example>", FROM)
    ]
    assert [one.addr_spec for one in message["To"].addresses] == ["Kim@link.example"]
    assert [one.addr_spec for one in message["Reply-To"].addresses] == ["help@network.example"]
    assert content.isascii(), "no server has to be able to take more"
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert message["Auto-Submitted"] == "auto-generated"
    with pytest.raises(ValueError, match="one line"):
        written("Subject\r\nBcc: eve@evil.example")


@several_readings
def test_nothing_is_written_to_an_address_that_has_several_readings(typed: str) -> None:
    with pytest.raises(WrongAddress):
        write(Letter(new_id(), to=typed, subject="Subject", body="Body"), FROM)


def test_plain_text_and_html_say_the_same_and_a_link_is_its_words() -> None:
    content, message = written()
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert html
    assert plain.get_content().replace("\r\n", "\n") == BODY
    assert b"\r\n-- =\r\n" in content or b"\r\n--=20\r\n" in content, "the space after the dashes arrives"
    text = html.get_content().replace("\r\n", "\n")
    assert (
        '<p><a href="https://network.example/sign-in/link?token=a-b&amp;to=/home">'
        "Sign in as Zoë &amp; &lt;b&gt;friends&lt;/b&gt;</a></p>"
    ) in text
    assert '<p><a href="https://network.example/x">See more</a><br>on the page.</p>' in text
    assert "<hr>\n<p>The network<br>Phone 0300 555 0100</p>" in text
    assert '<html lang="en-GB">' in text
    assert "<title>Subject</title>" in text
    assert not re.search(r"<(?:img|style|script|link)|src=|style=", text), "nothing is fetched"
