"""What people typed keeps its own direction on a page in English."""

import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from services.chassis.http.direction import Direction, alone, apart
from tests.shape.each import of_each
from tests.shape.test_templates import TEMPLATES, name

ARABIC = "علي <b>"
SHOWN = "علي &lt;b&gt;"


def shown(template: str, **given: object) -> str:
    environment = Environment(loader=DictLoader({"page": template}), autoescape=True, extensions=[Direction])
    return environment.get_template("page").render(who=ARABIC, **given)


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("<p>{{ who }}</p>", f'<p dir="auto">{SHOWN}</p>'),
        ('<p class="x">{{ who }}</p>', f'<p dir="auto" class="x">{SHOWN}</p>'),
        ("<p>{{ who }} came.</p>", f"<p><bdi>{SHOWN}</bdi> came.</p>"),
        ("<p>Hello {{ who }}</p>", f"<p>Hello <bdi>{SHOWN}</bdi></p>"),
        ("<h2><a href='/x'>{{ who }}</a></h2>", f"<h2 dir=\"auto\"><a href='/x'>{SHOWN}</a></h2>"),
        ("<p><strong>{{ who }}</strong> came</p>", f"<p><strong><bdi>{SHOWN}</bdi></strong> came</p>"),
        ("<h1><bdi>{{ who }}</bdi> {{ who }}</h1>", f'<h1 dir="auto"><bdi>{SHOWN}</bdi> {SHOWN}</h1>'),
        ("<dt>For</dt><dd>{{ who }}</dd>", f'<dt>For</dt><dd dir="auto">{SHOWN}</dd>'),
        ("<option>{{ who }}</option>", f'<option dir="auto">{SHOWN}</option>'),
        ("<title>{{ who }} – us</title>", f"<title>{SHOWN} – us</title>"),
        ("<textarea>{{ who }}</textarea>", f"<textarea>{SHOWN}</textarea>"),
        ('<a title="{{ who }}" href="/">{{ who }}</a>', f'<a title="{SHOWN}" href="/"><bdi>{SHOWN}</bdi></a>'),
        ("{% macro m() %}{{ who }}{% endmacro %}<li>{{ m() }}</li>", f'<li dir="auto"><bdi>{SHOWN}</bdi></li>'),
        ("<p>{{ who }} {{ who }}</p>", f"<p><bdi>{SHOWN}</bdi> <bdi>{SHOWN}</bdi></p>"),
        ("<p>{{ who if who else 'nobody' }}, {{ 3 }}</p>", f"<p><bdi>{SHOWN}</bdi>, 3</p>"),
        ("<p>{{ 'Claim of ' ~ who }}</p>", f'<p dir="auto">Claim of <bdi>{SHOWN}</bdi></p>'),
        ("<p>{{ (who ~ ', ') ~ 12 }}!</p>", f"<p><bdi>{SHOWN}</bdi>, 12!</p>"),
        ("{% set t = who ~ '!' %}<title>{{ t }}</title>{{ t }}", f"<title>{SHOWN}!</title><bdi>{SHOWN}</bdi>!"),
        ('<a href="{{ "/x?who=" ~ who }}">x</a>', f'<a href="/x?who={SHOWN}">x</a>'),
        ("<p>{{ 'Ayo' ~ ' came' }}</p>", '<p dir="auto">Ayo came</p>'),
        ("<bdi>{{ 'Of ' ~ who }}</bdi>", f"<bdi>Of <bdi>{SHOWN}</bdi></bdi>"),
    ],
)  # fmt: skip
def test_what_fills_a_block_turns_the_block_and_what_stands_in_a_sentence_turns_nothing_else(
    template: str, page: str
) -> None:
    assert shown(template) == page


@pytest.mark.parametrize("text", ["Ayo", "Łukasz Ćwik 😀", "山田", "£150 – 3½ hours"])
def test_text_that_runs_from_left_to_right_stays_as_it_is(text: str) -> None:
    assert apart(text) is text


@pytest.mark.parametrize("text", ["محمد", "דוד", "(12) علي Ayo", "ߒߞߏ", "𐤀𐤁", "ﷺ"])
def test_text_that_runs_from_right_to_left_is_set_apart(text: str) -> None:
    assert str(apart(text)) == f"<bdi>{text}</bdi>"
    assert str(alone(text)) == text


def test_pieces_from_right_to_left_in_a_sentence_that_came_whole_are_set_apart_each_by_itself() -> None:
    sentence = "Approve a claim: علي حسن, «رسائل (12)», 3 days <b> for דוד"
    parts = "Approve a claim: <bdi>علي حسن</bdi>, «<bdi>رسائل</bdi> (12)», 3 days &lt;b&gt; for <bdi>דוד</bdi>"
    assert str(apart(sentence)) == str(alone(sentence)) == parts


@of_each(TEMPLATES, name)
def test_every_field_that_people_type_text_into_takes_its_direction_from_what_they_type(path: Path) -> None:
    """Of all else that they typed, the compiler of templates takes care."""
    fields = re.findall(r"<(?:textarea|input)\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", path.read_text(), re.DOTALL)
    typed = [
        one for one in fields if not re.search(r'type="(hidden|file)"|type="\{\{ "radio"|inputmode="numeric"', one)
    ]
    assert [one for one in typed if 'dir="auto"' not in one] == []
