"""A PDF written anew, page by page: what it shows stays, and whatever could act, hide or tell where it comes from goes.

What was filled in or signed on top of a page (forms, notes) becomes part of the page, since people would miss it.
"""

import io
from typing import Any

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Page, PasswordError, Pdf, PdfError, Stream

from services.chassis.base.files import pictures
from services.chassis.base.files.jpeg import without_notes
from services.chassis.base.files.refusals import (
    MOST_KEPT_BYTES,
    MOST_PAGES,
    FileDamaged,
    PdfLocked,
    PdfTooLong,
    StillTooLarge,
)

BEGINNING = b"%PDF-"
LOOKED_AT_BYTES = 1024
"""So far into a file its first line may stand, as programs that read PDF have it."""
_OF_A_PAGE = (
    *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    *("/Rotate", "/UserUnit", "/Contents", "/Resources"),
)
_DROPPED = frozenset(
    (
        *("/A", "/AA", "/AF", "/Alternates", "/Annots", "/B", "/EF", "/JS", "/JavaScript", "/LastModified", "/Measure"),
        *("/Metadata", "/Names", "/OPI", "/OpenAction", "/PieceInfo", "/PtData", "/Ref", "/StructParent"),
        *("/StructParents", "/URI"),
    )
)
_DROPPED_OF_A_STREAM = frozenset(("/F", "/FFilter", "/FDecodeParms"))
"""They would fetch its bytes from another file."""
_OTHER_THINGS = frozenset(
    (
        *("/Action", "/Annot", "/Catalog", "/EmbeddedFile", "/F", "/Filespec", "/Metadata", "/Page", "/Pages", "/Sig"),
        *("/StructElem", "/StructTreeRoot"),
    )
)
_OWN_NAMES = frozenset(
    (
        *("/CharProcs", "/ColorSpace", "/Colorants", "/ExtGState", "/Font", "/Pattern", "/Properties", "/Shading"),
        "/XObject",
    )
)
"""Dictionaries whose keys are names that the page chose, so that none of them means anything."""
_TRIES = ((2400, 80), (1800, 65), (1200, 60))


def rewritten(content: bytes) -> bytes | None:
    """A new PDF of at most 2 MiB that shows the same; None when this is no PDF.

    Raises FileDamaged (nothing is guessed: a page that is missing would be missed too late), PdfLocked, PdfTooLong,
    StillTooLarge.
    """
    if BEGINNING not in content[:LOOKED_AT_BYTES]:
        return None
    try:
        return _rewritten(content)
    except PasswordError:
        raise PdfLocked from None
    except (PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise FileDamaged from None


def _rewritten(content: bytes) -> bytes:
    with Pdf.open(io.BytesIO(content), attempt_recovery=False) as source:
        if source.is_encrypted:
            raise PdfLocked
        if not 0 < len(source.pages) <= MOST_PAGES:
            raise PdfTooLong
        source.generate_appearance_streams()
        source.flatten_annotations("all")
        fresh = Pdf.new()
        for page in source.pages:
            kept = Dictionary({key: page.obj[key] for key in _OF_A_PAGE if key in page.obj})
            kept.Type = Name.Page
            _clean(kept)
            fresh.pages.append(Page(fresh.copy_foreign(source.make_indirect(kept))))
        return _small_enough(fresh)


def _small_enough(fresh: Pdf) -> bytes:
    written = _saved(fresh)
    for tried in _TRIES:
        if len(written) <= MOST_KEPT_BYTES:
            break
        for one in fresh.objects:
            if isinstance(one, Stream):
                _shrink(one, tried)
        written = _saved(fresh)
    if len(written) > MOST_KEPT_BYTES:
        raise StillTooLarge
    return written


def _saved(fresh: Pdf) -> bytes:
    """The same pages give the same bytes."""
    written = io.BytesIO()
    fresh.save(written, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return written.getvalue()


def _clean(page: Any) -> None:
    """Take from everything that a page leads to what it does not need to be shown."""
    todo: list[tuple[Any, bool]] = [(page, False)]
    seen: set[tuple[int, int]] = set()
    while todo:
        thing, names_of_its_own = todo.pop()
        if thing.is_indirect and thing.objgen in seen:
            continue
        seen.add(thing.objgen)
        if isinstance(thing, Stream):
            _without(thing, _DROPPED_OF_A_STREAM)
            if _is_jpeg(thing):
                _write(thing, without_notes(thing.read_raw_bytes()))
        if not isinstance(thing, Array) and not names_of_its_own:
            _without(thing, _DROPPED)
        for key in range(len(thing)) if isinstance(thing, Array) else list(thing.keys()):
            value = thing[key]
            if not isinstance(value, Array | Dictionary | Stream):
                continue
            if not isinstance(value, Array) and str(value.get("/Type", "")) in _OTHER_THINGS:
                thing[key] = Dictionary()
            else:
                todo.append((value, key in _OWN_NAMES))


def _without(thing: Any, keys: frozenset[str]) -> None:
    for key in keys.intersection(thing.keys()):
        del thing[key]


def _is_jpeg(stream: Any) -> bool:
    used = stream.get("/Filter")
    return used == Name.DCTDecode or (isinstance(used, Array) and len(used) == 1 and used[0] == Name.DCTDecode)


def _write(stream: Any, content: bytes) -> None:
    stream.write(content, filter=Name.DCTDecode, decode_parms=stream.get("/DecodeParms"))


def _shrink(stream: Any, tried: tuple[int, int]) -> None:
    """Draw a photo in the page anew, smaller, where that is sure to look the same; leave any other as it is."""
    simple = _is_jpeg(stream) and stream.get("/Subtype") == Name.Image and not {"/Decode", "/Mask"} & set(stream.keys())
    if not simple or _colours(stream.get("/ColorSpace")) not in (1, 3):
        return
    drawn, (width, height) = pictures.smaller(stream.read_raw_bytes(), *tried)
    if len(drawn) >= len(stream.read_raw_bytes()):
        return
    _write(stream, drawn)
    stream.Width, stream.Height, stream.ColorSpace, stream.BitsPerComponent = width, height, Name.DeviceRGB, 8


def _colours(space: Any) -> int:
    """How many numbers make a dot; 0 where that is not said plainly."""
    if isinstance(space, Array) and len(space) == 2 and space[0] == Name.ICCBased:
        return int(space[1].get("/N", 0))
    return {Name.DeviceRGB: 3, Name.DeviceGray: 1}.get(space, 0) if isinstance(space, Name) else 0
