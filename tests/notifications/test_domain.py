"""What a contact and a message decide, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.chassis.base.refusals import Refused
from services.chassis.base.settings import Settings
from services.chassis.postgres.transaction import new_id
from services.notifications import texts
from services.notifications.domain import contact as contacts
from services.notifications.domain import message as messages
from services.notifications.domain.contact import Channel, Contact
from services.notifications.domain.message import Message, News, Office

NOW = datetime.now(UTC)


def contact(channel: Channel, address: str | None, *, verified: bool = False) -> Contact:
    person = new_id()
    return Contact(person, channel, address, NOW if verified else None, NOW, person)


def queued(channel: Channel = "email", office: Office | None = None) -> Message:
    news = News(
        new_id(), "match_made", new_id(), "matched", "Subject", "Body", "/home", "See it", NOW + timedelta(days=1)
    )
    return messages.queue(news, id=new_id(), channel=channel, office=office, now=NOW)[0]


@pytest.mark.parametrize(
    ("channel", "typed"),
    [
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a b@people.example"),
        ("email", "a@people.example\nBcc: b@people.example"),
        ("email", "x" * 250 + "@people.example"),
        ("phone", "12345"),
        ("phone", "ring me please"),
        ("post", "   "),
        ("post", "x" * 401),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(channel: Channel, typed: str) -> None:
    with pytest.raises(Refused):
        contacts.tidy(channel, typed)


def test_an_address_is_kept_in_one_form() -> None:
    assert contacts.tidy("email", " sam@people.example ") == "sam@people.example"
    assert contacts.tidy("phone", "01632 960-001") == "01632960001"
    assert contacts.tidy("post", " Sam Example \n\n 1 High  Street ") == "Sam Example\n1 High Street"
    assert contacts.tidy("page", "anything") is None


def test_a_new_email_address_has_to_be_shown_again_and_the_same_one_has_not() -> None:
    before = contact("email", "sam@people.example", verified=True)
    assert contacts.choose(before, contact("email", "Sam@People.example")).verified
    assert not contacts.choose(before, contact("email", "other@people.example")).verified
    assert not contacts.choose(contact("phone", "01632960001"), contact("email", "sam@people.example")).verified


def test_who_cannot_sign_in_is_rung_and_nobody_is_mailed_at_an_address_not_known_to_be_theirs() -> None:
    assert contacts.channel_for(None, can_sign_in=True) == "page"
    assert contacts.channel_for(contact("email", "a@people.example"), can_sign_in=True) == "page"
    assert contacts.channel_for(contact("email", "a@people.example", verified=True), can_sign_in=True) == "email"
    assert contacts.channel_for(None, can_sign_in=False) == "phone"
    assert contacts.channel_for(contact("post", "1 High Street"), can_sign_in=False) == "post"


def test_a_message_by_phone_waits_for_the_networks_staff_until_it_is_told() -> None:
    message = queued("phone", Office(new_id(), "QZZ"))
    assert {one.role for one in message.public().waiting} == {"screener", "coordinator"}
    told, event = messages.hand_over(message, now=NOW, done_by=new_id())
    assert event.state.waiting == ()
    assert event.state.status == "sent"
    with pytest.raises(messages.AlreadyTold):
        messages.hand_over(told, now=NOW)


def test_what_an_older_version_has_in_hand_is_still_queued_for_everybody_else() -> None:
    assert replace(queued(), status="sending").public().status == "queued"


def test_a_message_never_says_its_words_or_its_address_in_public() -> None:
    news = News(new_id(), "confirm_address", new_id(), "x", "Words", "Body", "/x", "See", NOW, "sam@people.example")
    public = messages.queue(news, id=new_id(), channel="email", office=None, now=NOW)[0].public().model_dump_json()
    assert not any(word in public for word in ("Words", "Body", "sam@people.example"))


def test_a_title_with_a_line_break_stays_in_one_line_of_the_subject() -> None:
    facts = {
        "title": "A role\nBcc: all@people.example",
        "organisation": "Trust",
        "apply_by": NOW,
        "pay": "",
        "salary": "",
        **dict.fromkeys(("when", "where", "takes"), "Words"),
        "more": 0,
        "desk": None,
    }
    text = texts.text_of("match_made", facts)
    assert "\n" not in text.subject


def test_every_letter_says_how_to_stop_them_and_whom_to_ring() -> None:
    text = texts.Text("Subject", "Body", "See it")
    by = Settings(kafka_bootstrap_servers="", base_url="http://x.example", phone="01632 960100")
    whole = texts.letter(called="Sam", text=text, goes=texts.Goes("/home"), by=by)
    assert "Ring us on 01632 960100" in whole
    assert "Hello Sam" in whole
    assert "http://x.example/home" in whole
    assert "http://x.example/messages/mine" in whole
