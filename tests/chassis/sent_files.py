"""Files as people send them, and as nobody should: pictures, PDFs, and what pretends to be one."""

import io
import zipfile
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

WHERE = "51 deg 28' N"
"""Stands in the notes of a picture, and must stand nowhere afterwards."""
SCRIPT = b"<script>alert(document.cookie)</script>"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NO_PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"<html>" + SCRIPT + b"</html>"


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, colour: Any = "white", mode: str = "RGB", **more: Any
) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, kind, **more)
    return written.getvalue()


def noisy(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """One that cannot be packed well."""
    written = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(written, kind, **more)
    return written.getvalue()


def taken_somewhere(kind: str = "JPEG") -> bytes:
    """With notes of the camera: where, by whom, when; a profile of colours, and a script behind the end."""
    notes = Image.Exif()
    notes[0x010E], notes[0x013B] = WHERE, "Zoe Camera"
    notes.get_ifd(0x8825)[1], notes.get_ifd(0x8825)[2] = "N", (51.0, 28.0, 38.0)
    more: dict[str, Any] = {"comment": WHERE} if kind == "JPEG" else {}
    return photo(kind, exif=notes, icc_profile=b"profile " + WHERE.encode(), **more) + SCRIPT


def turned(orientation: int) -> bytes:
    """A picture whose top left quarter is black when it is seen upright, kept as a camera held another way keeps it."""
    upright = Image.new("RGB", (200, 100), "white")
    upright.paste("black", (0, 0, 100, 50))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    notes = Image.Exif()
    notes[0x0112] = orientation
    written = io.BytesIO()
    (upright.transpose(back) if back is not None else upright).save(written, "JPEG", exif=notes)
    return written.getvalue()


def png_bomb(side: int = 30_000) -> bytes:
    """A million times smaller than what it unpacks to."""

    def part(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)

    head = side.to_bytes(4) * 2 + bytes((1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def moving(kind: str) -> bytes:
    """Two pictures in one, the first white."""
    written = io.BytesIO()
    first, second = Image.new("RGB", (64, 64), "white"), Image.new("RGB", (64, 64), "black")
    first.save(written, kind, save_all=True, append_images=[second], duration=100)
    return written.getvalue()


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("form.jpg", "x")
    return written.getvalue()


def document(pages: int = 1, words: str = "Signed: Pat", **saved: Any) -> bytes:
    return saved_as(written_on(pages, words), **saved)


def written_on(pages: int, words: str) -> Pdf:
    pdf = Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(300, 200))
        page = pdf.pages[-1].obj
        page.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
        page.Resources = Dictionary(
            Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        )
    return pdf


def saved_as(pdf: Pdf, **saved: Any) -> bytes:
    written = io.BytesIO()
    pdf.save(written, **saved)
    return written.getvalue()


def armed_document() -> bytes:
    """Scripts in four places, a file inside, a link, notes about its maker and the place."""
    pdf = written_on(1, "Signed: Pat")
    page = pdf.pages[0].obj
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.OpenAction, page.AA = script, Dictionary(O=script)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), pdf.make_indirect(script)])))
    pdf.attachments["evil.exe"] = b"MZ evil inside"
    with pdf.open_metadata() as notes:
        notes["dc:creator"] = ["Zoe Camera"]
    pdf.docinfo.Author = String("Zoe Camera")
    page.Annots = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=[0, 0, 300, 200],
                    A=Dictionary(S=Name.URI, URI=String("https://evil.example")),
                )
            )
        ]
    )
    page.PieceInfo, page.Metadata = Dictionary(Own=Dictionary()), pdf.make_stream(WHERE.encode())
    return saved_as(pdf, compress_streams=False)


def with_photo(content: bytes, size: tuple[int, int], pages: int = 1) -> bytes:
    """A scan as phones make it: a JPEG on each page."""
    pdf = Pdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(300, 200))
        image = pdf.make_stream(content)
        image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.DCTDecode
        image.Width, image.Height, image.ColorSpace, image.BitsPerComponent = *size, Name.DeviceRGB, 8
        page = pdf.pages[-1].obj
        page.Resources = Dictionary(XObject=Dictionary(A=image))
        page.Contents = pdf.make_stream(b"q 300 0 0 200 0 0 cm /A Do Q")
    return saved_as(pdf)


def signed_on_top() -> bytes:
    """What was typed and drawn lies on top of the page, as forms and notes."""
    pdf = written_on(1, "Name:")
    look = pdf.make_stream(b"BT /F1 12 Tf 2 2 Td (Pat wrote this) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
    look.Resources = pdf.pages[0].obj.Resources
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[20, 20, 220, 40], F=4, AP=Dictionary(N=look))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(stamp)])
    return saved_as(pdf)


def locked(password: str = "") -> bytes:
    return document(encryption=pikepdf.Encryption(owner="owner", user=password))
