"""What people type, in every spelling of it that was thought of: one reading, or none and words that say why."""

from datetime import date, time
from decimal import Decimal

import pytest

from services.chassis.base.addresses import EmailAddress, WrongAddress
from services.chassis.base.typed import days, numbers, text
from services.chassis.base.typed.wrong import Wrong
from services.notifications.domain.contact import PhoneNeeded, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sam\u00a0Example", "Sam Example"),
        (" Sam \u2009 Example ", "Sam Example"),
        ("Jose\u0301", "Jos\u00e9"),
        ("Sam\u200b\ufeff\u00ad", "Sam"),
        ("Sa\u200dm", "Sam"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        ("\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        ("\u05e9\u05dc\u05d5\u05dd\u200f!", "\u05e9\u05dc\u05d5\u05dd\u200f!"),
        ("Sam\u200f", "Sam"),
        ("\u3164\u200b", ""),
        ("\u2800", ""),
    ],
)
def test_a_line_is_the_same_text_however_it_was_typed(typed: str, kept: str) -> None:
    assert text.line(typed) == kept
    assert text.line(kept) == kept, "what was cleaned once stays as it is"


@pytest.mark.parametrize(
    "typed",
    ["a\u202eb", "a\u2066b", "a\x07b", "a\x00b", "\ud800", "\ue000", "\ufdd0", "\U0001fffe", "a\ufffdb", "a\x1bb"],
)
def test_what_no_page_can_show_is_refused_in_words_that_name_the_field(typed: str) -> None:
    for read in (text.line, text.lines):
        with pytest.raises(Wrong, match="There is a hidden character in this: type it again rather than pasting it"):
            read(typed)


def test_the_short_way_through_ordinary_text_leads_where_the_long_one_leads() -> None:
    """A letter that is no ordinary one sends the reader the long way."""
    for one in map(chr, [*range(0x3000), *range(0xFE00, 0x10000), *range(0x1F300, 0x1F700), *range(0xE0000, 0xE0200)]):
        short, long = (read(f"{letter}a{one}b\r\n\tc{letter}") for letter in ("z", "\u0436"))
        assert short[1:-1] == long[1:-1], f"U+{ord(one):04X}"


def read(typed: str) -> str:
    try:
        return text.lines(typed)
    except Wrong as wrong:
        return str(wrong)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"])
def test_line_ends_are_one_kind_and_a_line_has_none(end: str) -> None:
    assert text.lines(f"one{end}two") == "one\ntwo"
    with pytest.raises(Wrong, match="on one line"):
        text.line(f"one{end}two")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("150", "150"),
        ("\u00a31,200.50", "1200.50"),
        ("\uffe11,200", "1200"),
        ("1 200", "1200"),
        ("1\u00a0200", "1200"),
        ("1\u202f234\u202f567", "1234567"),
        ("1\u2019200", "1200"),
        ("1.200,50", "1200.50"),
        ("12,50", "12.50"),
        ("2\u00bd", "2.5"),
        ("\u00be", "0.75"),
        ("\uff11\uff12\uff0e\uff15", "12.5"),
        ("\u0662\u0665", "25"),
        ("\u0661\u066c\u0662\u0660\u0660\u066b\u0665", "1200.5"),
        ("\u200b25\ufeff", "25"),
        ("\u22125", "-5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.125", "0.125"),
    ],
)
def test_a_number_is_understood_however_it_is_written(typed: str, meant: str) -> None:
    assert numbers.number(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["1.200", "12.345"])
def test_a_number_with_two_readings_is_refused_and_says_why(typed: str) -> None:
    with pytest.raises(Wrong, match="can mean two things"):
        numbers.number(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "ten", "1e3", "2\u00b2", "NaN", "Infinity", "1_000", "12 50", "1,2,3", "75p", "--5", "9" * 31, "\u2460"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(numbers.NoNumber):
        numbers.number(typed)


@pytest.mark.parametrize("given", [True, 5.5, float("nan"), float("inf"), [], {}, "2.5"])
def test_what_is_no_whole_number_is_refused(given: object) -> None:
    with pytest.raises(numbers.NoNumber):
        numbers.whole(given)


@pytest.mark.parametrize(
    ("typed", "pence"), [("75", 7500), ("\u00a382.50", 8250), ("1,234.5", 123450), ("0,99", 99), ("1200,50", 120050)]
)
def test_pounds_are_kept_as_pence_to_the_penny(typed: str, pence: int) -> None:
    assert numbers.pence(typed) == pence


def test_a_part_of_a_penny_is_refused() -> None:
    with pytest.raises(numbers.NoNumber):
        numbers.pence("0.1234")


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("10:00", time(10)),
        ("9.30", time(9, 30)),
        ("1430", time(14, 30)),
        ("2pm", time(14)),
        ("12.30 pm", time(12, 30)),
        ("12:30 p.m.", time(12, 30)),
        ("12am", time(0)),
        ("noon", time(12)),
        ("\uff11\uff10\uff1a\uff13\uff10", time(10, 30)),
        ("2:30\u202fpm", time(14, 30)),
        ("2", None),
        ("13pm", None),
        ("25:00", None),
        ("soon", None),
    ],
)
def test_a_time_of_the_day_is_understood_however_it_is_written(typed: str, at: time | None) -> None:
    assert days.clock(typed) == at


@pytest.mark.parametrize(
    ("boxes", "day"),
    [
        (("27", "3", "2027"), date(2027, 3, 27)),
        (("\u0662\u0667", "\u0663", "\u0662\u0660\u0662\u0667"), date(2027, 3, 27)),
        (("27th", "March", "2027"), date(2027, 3, 27)),
        (("01", "sept", "2027"), date(2027, 9, 1)),
        (("", "", ""), None),
        (("31", "2", "2027"), "31/2/2027"),
        (("1", "1", "27"), date(2027, 1, 1)),
        (("1", "1", "027"), "1/1/027"),
        (("", "3", ""), "/3/"),
        (("1", "\u202e", "2027"), "1/\u202e/2027"),
    ],
)
def test_a_day_in_three_boxes_is_a_day_or_nothing_or_text_that_is_none(boxes: tuple[str, ...], day: object) -> None:
    sent: dict[str, str] = dict(zip(("on_day", "on_month", "on_year"), boxes, strict=True))
    assert days.together(sent, "on") == {"on": day}


@pytest.mark.parametrize(
    "typed", ["200000", "20-00-00", "20 00 00", "20\u201100\u201100", "\uff12\uff10-00-00", "20.00/00"]
)
def test_a_sort_code_is_its_digits(typed: str) -> None:
    assert text.bare(typed) == "200000"


@pytest.mark.parametrize(
    "typed",
    [
        "07700 900982",
        "07700\u00a0900982",
        "(07700) 900-982",
        "\u202a07700 900982\u202c",
        "\uff10\uff17\uff17\uff10\uff10 900982",
    ],
)
def test_a_phone_number_is_its_digits_whatever_it_was_pasted_with(typed: str) -> None:
    assert tidy("phone", typed) == "07700900982"


def test_a_nought_in_brackets_after_the_country_is_not_dialled() -> None:
    assert tidy("phone", "+44 (0)7700 900982") == tidy("phone", "+44 7700 900982") == "+447700900982"
    with pytest.raises(PhoneNeeded):
        tidy("phone", "ring me")


@pytest.mark.parametrize(
    "typed", ["sam@people.example", "\u200bsam@people.example\ufeff", "\u202asam@people.example\u202c"]
)
def test_an_address_that_was_pasted_is_the_one_that_was_meant_in_every_room(typed: str) -> None:
    assert EmailAddress.read(typed).kept == tidy("email", typed) == "sam@people.example"


def test_an_address_that_is_turned_round_is_refused() -> None:
    with pytest.raises(WrongAddress, match="hidden character"):
        EmailAddress.read("\u202emoc.elpmaxe@mas")


@pytest.mark.parametrize("typed", ["{x}", "{0}", "{", "}", "{{}}", "{asked.__class__}"])
def test_what_somebody_typed_in_braces_stands_in_the_words_as_it_is(typed: str) -> None:
    wrong = Wrong(f"{{Asked}}: “{typed}” is no day. Enter {{asked}}")
    assert wrong.about("when it was") == f"When it was: “{typed}” is no day. Enter when it was"
    assert str(wrong).startswith("This: “")
