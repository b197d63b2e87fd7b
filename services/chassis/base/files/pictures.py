"""A picture drawn anew, upright and as small as it may be: what was written beside it or after it is gone."""

import io

from PIL import Image, UnidentifiedImageError

from services.chassis.base.files.refusals import (
    MOST_KEPT_BYTES,
    MOST_PIXELS,
    FileDamaged,
    PictureTooLarge,
    StillTooLarge,
)

FORMATS = ("JPEG", "PNG", "WEBP")
_TRIES = ((2400, 80), (2400, 65), (1800, 65), (1200, 60))
"""The longest side in dots and the quality: the first that fits counts."""

Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, before anything is unpacked


def redrawn(content: bytes) -> bytes | None:
    """The picture as a JPEG of at most 2 MiB; None when this is no picture that we read.

    Of several in one file the first counts. Raises PictureTooLarge, FileDamaged, StillTooLarge.
    """
    sheet = _read(content, side=_TRIES[0][0])
    if sheet is None:
        return None
    for side, quality in _TRIES:
        drawn = _drawn(sheet, side, quality)
        if len(drawn) <= MOST_KEPT_BYTES:
            return drawn
    raise StillTooLarge


def smaller(jpeg: bytes, side: int, quality: int) -> tuple[bytes, tuple[int, int]]:
    """A JPEG drawn anew, at most so long and wide, with its width and height. Raises as `redrawn`."""
    sheet = _read(jpeg, side=side)
    if sheet is None:
        raise FileDamaged
    return _drawn(sheet, side, quality), sheet.size


def _drawn(sheet: Image.Image, side: int, quality: int) -> bytes:
    sheet.thumbnail((side, side))
    written = io.BytesIO()
    sheet.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


def _read(content: bytes, *, side: int) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        return None
    except Exception:
        raise FileDamaged from None
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureTooLarge
    try:
        return _on_a_sheet(picture, side)
    except MemoryError:
        raise
    except Exception:  # Pillow's readers raise whatever the bytes make them stumble over
        raise FileDamaged from None


def _on_a_sheet(picture: Image.Image, side: int) -> Image.Image:
    """Its dots alone, on white where it is transparent, turned the way that the camera noted."""
    picture.draft("RGB", (side, side))  # a JPEG is unpacked in a smaller size at once
    seen = picture
    if seen.mode.startswith("I;16") or seen.mode in ("I", "F"):
        seen = seen.convert("F").point(lambda value: value / 256).convert("L")
    elif seen.mode not in ("RGB", "RGBA", "L", "CMYK"):
        seen = seen.convert("RGBA" if seen.has_transparency_data else "RGB")
    seen.thumbnail((side, side))
    seen = _upright(seen, picture)
    if seen.mode != "RGBA":
        seen = seen.convert("RGB")
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return sheet


def _upright(seen: Image.Image, picture: Image.Image) -> Image.Image:
    try:
        turned = _TURNS.get(picture.getexif().get(0x0112, 1))
    except Exception:  # notes that cannot be read turn nothing
        return seen
    return seen.transpose(turned) if turned is not None else seen


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
