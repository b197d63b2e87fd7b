"""What our own templates read is there: a name or an attribute that nobody gave is a mistake that shows."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from services.chassis.http.templating import Templates

PAGE = '{{% extends "page.jinja" %}}{{% set title = "Roles" %}}{{% block body %}}<p>{}</p>{{% endblock %}}'
OPPORTUNITY = SimpleNamespace(title="A seat in the pain team")


def shown(folder: Path, body: str) -> str:
    (folder / "roles.jinja").write_text(PAGE.format(body))
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "state": {}})
    pages = Templates(folder, network_name="The network")
    return bytes(pages.render(request, "roles.jinja", opportunity=OPPORTUNITY).body).decode()


@pytest.mark.parametrize(
    "body",
    [
        "{{ opportunty.title }}",
        "{{ opportunity.titel }}",
        "{% if opportunity.titel %}It has one{% endif %}",
        "{% for one in opportunty %}{{ one }}{% endfor %}",
        "{{ {'a': 1}['b'] }}",
        "{{ ui.lnk('Look', '/') }}",
        "{{ ui.facts({'Title': opportunity.titel}) }}",
    ],
)
def test_what_was_mistyped_in_a_template_of_ours_is_refused_instead_of_left_empty(tmp_path: Path, body: str) -> None:
    with pytest.raises(UndefinedError):
        shown(tmp_path, body)


def test_a_page_shows_what_it_was_given_though_the_design_systems_templates_read_more_than_that(tmp_path: Path) -> None:
    html = shown(tmp_path, "{{ opportunity.title }}")
    assert '<p dir="auto">A seat in the pain team</p>' in html
    assert 'lang="en"' in html


def test_a_template_can_ask_whether_something_is_there(tmp_path: Path) -> None:
    assert '<p dir="auto">no</p>' in shown(tmp_path, "{{ 'yes' if opportunity.titel is defined else 'no' }}")


def test_what_was_compiled_is_used_again_only_for_the_same_file_with_the_same_content(tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    assert "<p>one</p>" in shown(tmp_path, "one")
    assert "<p>two</p>" in shown(other, "two")
    assert "<p>three</p>" in shown(tmp_path, "three")
    assert "<p>two</p>" in shown(other, "two")
