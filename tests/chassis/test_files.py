"""What becomes of a file before it is kept: drawn or written anew, named harmlessly, or refused in words."""

import asyncio
import io
import tempfile

import pikepdf
import pytest
from pikepdf import Pdf
from PIL import Image

from services.chassis.base.files import refusals, rewriting
from services.chassis.base.files.names import safe_name
from services.chassis.base.files.refusals import (
    MOST_KEPT_BYTES,
    MOST_SENT_BYTES,
    FileDamaged,
    FileEmpty,
    FileIsHeic,
    FileOfAnotherKind,
    FileRefused,
    FilesBusy,
    FileTooLarge,
    PdfLocked,
    PdfTooLong,
    PictureTooLarge,
)
from services.chassis.base.files.rewriting import SafeFile, made_safe
from tests.chassis import sent_files as sent


async def safe(content: bytes, name: str = "form.jpg") -> SafeFile:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return await made_safe(file, size=len(content), name=name)


def seen(file: SafeFile) -> Image.Image:
    return Image.open(io.BytesIO(file.content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_nothing_of_a_picture_is_kept_but_its_dots(kind: str) -> None:
    given = sent.taken_somewhere(kind)
    assert sent.WHERE.encode() in given
    file = await safe(given, "IMG_0001.png")
    assert (file.name, file.media_type) == ("IMG_0001.jpg", "image/jpeg")
    for trace in (sent.WHERE.encode(), b"Zoe", b"Exif", b"profile", b"script", b"ICC"):
        assert trace not in file.content
    shown = seen(file)
    assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (640, 480), {})
    assert "icc_profile" not in shown.info and "comment" not in shown.info


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_a_picture_is_kept_the_way_it_is_seen(orientation: int) -> None:
    shown = seen(await safe(sent.turned(orientation))).convert("L")
    assert shown.size == (200, 100)
    corners = [shown.getpixel(at) for at in ((30, 20), (170, 20), (30, 80), (170, 80))]
    assert [isinstance(one, int) and one < 60 for one in corners] == [True, False, False, False]


async def test_a_large_picture_becomes_one_that_fits() -> None:
    file = await safe(sent.noisy(size=(3400, 2600), quality=50))
    assert len(file.content) <= MOST_KEPT_BYTES
    assert max(seen(file).size) <= 2400


async def test_of_a_picture_that_moves_the_first_is_kept_and_what_is_transparent_is_white() -> None:
    for given in (
        sent.moving("PNG"),
        sent.moving("WEBP"),
        sent.photo("PNG", colour=(0, 0, 0, 0), mode="RGBA"),
        sent.photo("PNG", colour=65535, mode="I;16"),
        sent.photo("PNG", colour=1, mode="1"),
        sent.photo("JPEG", colour=(0, 0, 0, 0), mode="CMYK"),
    ):
        darkest, _ = seen(await safe(given)).convert("L").getextrema()
        assert isinstance(darkest, int | float) and darkest > 240


def refused() -> list[tuple[bytes, type[FileRefused]]]:
    return [
        (b"I am a text\n" * 50, FileOfAnotherKind),
        (sent.NO_PICTURE, FileRefused),
        (sent.SVG, FileOfAnotherKind),
        (sent.zipped(), FileOfAnotherKind),
        (b"GIF89a" + bytes(60), FileOfAnotherKind),
        (b"MZ" + bytes(600), FileOfAnotherKind),
        (sent.HEIC, FileIsHeic),
        (sent.png_bomb(), PictureTooLarge),
        (sent.noisy()[:20_000], FileDamaged),
        (sent.noisy("PNG")[:20_000], FileDamaged),
        (b"", FileEmpty),
        (bytes(MOST_SENT_BYTES + 1), FileTooLarge),
        (sent.locked(), PdfLocked),
        (sent.locked("secret"), PdfLocked),
        (sent.document(pages=51), PdfTooLong),
        (sent.document()[:-300], FileDamaged),
        (b"%PDF-1.7 and nothing", FileDamaged),
    ]


async def test_what_is_not_what_it_says_is_refused_in_words() -> None:
    for content, refusal in refused():
        with pytest.raises(refusal) as why:
            await safe(content, "form.jpg")
        assert len(why.value.words) > 30, content[:40]


def test_each_refusal_says_what_to_do() -> None:
    for one in vars(refusals).values():
        if isinstance(one, type) and issubclass(one, FileRefused) and one is not FileRefused:
            assert one().words.count(".") >= 2, one


async def test_a_pdf_shows_the_same_and_can_do_nothing() -> None:
    file = await safe(sent.armed_document(), "form.jpg")
    assert (file.name, file.media_type) == ("form.pdf", "application/pdf")
    for trace in (b"alert", b"JavaScript", b"evil", b"Zoe", sent.WHERE.encode(), b"Annot", b"OpenAction", b"PieceInfo"):
        assert trace not in plain(file), trace
    with Pdf.open(io.BytesIO(file.content)) as shown:
        [page] = shown.pages
        assert set(page.obj.keys()) <= {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"}
        assert set(shown.Root.keys()) == {"/Type", "/Pages"}
        assert b"Signed: Pat" in page.obj.Contents.read_bytes()


def plain(file: SafeFile) -> bytes:
    """The document unpacked."""
    with Pdf.open(io.BytesIO(file.content)) as pdf:
        return sent.saved_as(
            pdf,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )


async def test_what_was_written_or_signed_on_top_of_a_page_becomes_part_of_it() -> None:
    file = await safe(sent.signed_on_top())
    assert b"Pat wrote this" in plain(file)
    assert b"Annot" not in plain(file)


async def test_a_photo_in_a_pdf_does_not_say_where_it_was_taken() -> None:
    given = sent.with_photo(sent.taken_somewhere(), (640, 480))
    assert sent.WHERE.encode() in given
    file = await safe(given)
    for trace in (sent.WHERE.encode(), b"Exif", b"Zoe", b"script"):
        assert trace not in plain(file)
    with Pdf.open(io.BytesIO(file.content)) as shown:
        raw = shown.pages[0].obj.Resources.XObject.A.read_raw_bytes()
    assert Image.open(io.BytesIO(raw)).size == (640, 480)


async def test_a_large_scan_becomes_one_that_fits() -> None:
    given = sent.with_photo(sent.noisy(size=(2500, 2000), quality=45), (2500, 2000), pages=2)
    assert MOST_KEPT_BYTES < len(given) < MOST_SENT_BYTES
    file = await safe(given)
    assert len(file.content) <= MOST_KEPT_BYTES
    with Pdf.open(io.BytesIO(file.content)) as shown:
        image = shown.pages[1].obj.Resources.XObject.A
        assert Image.open(io.BytesIO(image.read_raw_bytes())).size == (int(image.Width), int(image.Height))


async def test_the_same_file_sent_twice_becomes_the_same() -> None:
    for given in (sent.noisy(), sent.armed_document()):
        assert (await safe(given)).sha256 == (await safe(given)).sha256


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\Pat\\My form.JPG", "My form.jpg"),
        ("form\u202egpj.exe", "formgpj.jpg"),
        ("form\x00.exe\r\nSet-Cookie: a=b", "form.exeSet-Cookie_ a=b.jpg"),
        ("...hidden", "hidden.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("CON", "file.jpg"),
        ("lpt1.jpg", "file.jpg"),
        ("", "file.jpg"),
        ("/", "file.jpg"),
        ("\u200b\u2066\ufeff.jpg", "file.jpg"),
        ("e\u0301te\u0301.png", "été.jpg"),
        ('a"b<c>;%0d|?*.jpeg', "a_b_c___0d___.jpg"),
        ("x" * 300 + ".jpg", "x" * 96 + ".jpg"),
        ("form.pdf", "form.jpg"),
        ("Letter 12.3.2026.png", "Letter 12.3.2026.jpg"),
    ],
)
def test_a_name_leads_nowhere_and_misleads_nobody(given: str, kept: str) -> None:
    assert safe_name(given, "image/jpeg") == kept


async def test_one_file_is_worked_on_at_a_time_and_too_many_are_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    working, most = 0, 0

    async def count(_: object) -> tuple[str, bytes]:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.to_thread(int)
        working -= 1
        return "image/jpeg", b"x"

    monkeypatch.setattr(rewriting, "_by_a_child", count)
    monkeypatch.setattr(rewriting.TURNS, "most_waiting", 5)
    done = await asyncio.gather(*(safe(b"x") for _ in range(10)), return_exceptions=True)
    assert most == 1
    assert {type(one) for one in done} == {SafeFile, FilesBusy}


async def test_a_file_that_takes_too_long_or_breaks_its_reader_is_refused_and_the_next_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as changed:
        changed.setattr(rewriting, "SECONDS", 0.0)
        with pytest.raises(FileDamaged):
            await safe(sent.photo())
    with monkeypatch.context() as changed:
        changed.setattr(rewriting, "_CHILD", "services.chassis.base.files.nothing")
        with pytest.raises(FileDamaged):
            await safe(sent.photo())
    assert (await safe(sent.photo())).media_type == "image/jpeg"
