"""A PDF is made from data in which nothing is trusted, by a process that may end without ending anything else."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from services.chassis.base.pdf import writing
from services.chassis.base.pdf.writing import PdfNotMade, write_pdf
from tests.pdf import text_of

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
PLAIN = """
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(lang: "en", font: "Noto Sans")
#heading(d.title)
#d.name
"""


def a_template(folder: Path, text: str = PLAIN) -> Path:
    template = folder / "page.typ"
    template.write_text(text)
    return template


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "*bold* _it_ $x^2$ `code` \\ // no comment /* nor this */",
        "<label> @label #panic() #let x = 1",
        "= No heading\n- no list",
        '"]) #eval("1+1")',
    ],
)
async def test_what_people_are_called_is_text_and_never_the_language_of_templates(tmp_path: Path, name: str) -> None:
    written = await write_pdf(a_template(tmp_path), {"title": "To", "name": name}, made_at=AT)
    assert "".join(name.split()) in "".join(text_of(written.content).split())
    assert written.missing == frozenset()


@pytest.mark.parametrize(
    "name",
    [
        "محمد علي",
        "प्रिया शर्मा",
        "李小龍",
        "김민준",
        "ਗੁਰਪ੍ਰੀਤ",
        "Łukasz Żółć",
        "አበበ",
        "שרה",
        "Zoë 😀👍🏽",
        "e\u0301\u0323",
    ],
)
async def test_a_name_of_any_script_of_our_fonts_is_shown(tmp_path: Path, name: str) -> None:
    written = await write_pdf(a_template(tmp_path), {"title": "To", "name": name}, made_at=AT)
    assert written.missing == frozenset()
    assert "\N{WHITE SQUARE}" not in text_of(written.content)


async def test_signs_that_no_font_has_become_boxes_and_are_said(tmp_path: Path) -> None:
    name = 'Sam \U00013000 "and" \U00020000\ufffe'
    written = await write_pdf(a_template(tmp_path), {"title": "To", "name": name}, made_at=AT)
    assert written.missing == {"\U00013000", "\U00020000", "\ufffe"}
    assert "Sam" in text_of(written.content)


async def test_the_same_is_the_same_to_the_last_byte_and_says_that_it_is_accessible(tmp_path: Path) -> None:
    template, data = a_template(tmp_path), {"title": "To", "name": "Sam"}
    first, second = [(await write_pdf(template, data, made_at=AT)).content for _ in range(2)]
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "en"
        with pdf.open_metadata() as said:
            assert (said["pdfuaid:part"], said["dc:title"]) == ("1", "To")


async def test_a_template_reads_nothing_beyond_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret").write_text("secret")
    for path in ("/etc/passwd", "../secret"):
        template = a_template(tmp_path / "inside", PLAIN + f"#read({json.dumps(path)})")
        with pytest.raises(PdfNotMade):
            await write_pdf(template, {"title": "To", "name": ""}, made_at=AT)


async def test_one_that_takes_too_long_or_dies_is_refused_and_the_next_one_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"title": "To", "name": "Sam"}
    with monkeypatch.context() as changed:
        changed.setattr(writing, "SECONDS", 1.0)
        with pytest.raises(PdfNotMade):
            await write_pdf(a_template(tmp_path, PLAIN + "#while true { [x] }"), data, made_at=AT)
    with monkeypatch.context() as changed:
        changed.setattr(writing, "CHILD", "services.chassis.base.pdf.nothing")
        with pytest.raises(PdfNotMade):
            await write_pdf(a_template(tmp_path), data, made_at=AT)
    assert (await write_pdf(a_template(tmp_path), data, made_at=AT)).content
