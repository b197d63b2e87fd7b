"""Why a file is not taken, and what its person can do."""

from services.chassis.base.refusals import Refused

MOST_SENT_BYTES = 5 * 1024 * 1024
MOST_KEPT_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 50_000_000
"""Of one picture. A phone's photo has 12 million; a sheet of A4 scanned at 600 dots an inch has 35."""
MOST_PAGES = 50


class FileRefused(Refused, slug="file-refused", status=422):
    """We cannot take this file."""


class FileTooLarge(FileRefused, slug="file-too-large", title="This file is too large", status=413):
    """This file is larger than 5 MB. Take the photo again in a smaller size, or scan fewer pages at once."""


class FileEmpty(FileRefused, slug="file-empty", status=422):
    """This file is empty. Choose it again, or choose another one."""


class FileOfAnotherKind(FileRefused, slug="file-of-another-kind", status=422):
    """We can take a photo (JPEG, PNG or WebP) or a PDF. This file is something else, whatever its name says."""


class FileIsHeic(FileRefused, slug="file-is-heic", status=422):
    """We cannot read photos of the kind HEIC, which some phones make. Make a picture of it on the phone's screen
    (a screenshot) and send that. Or choose "Most compatible" under Settings, Camera, Formats, and take it again."""


class FileDamaged(FileRefused, slug="file-damaged", status=422):
    """This file is damaged, or a part of it is missing. Take the photo or scan it again."""


class PictureTooLarge(FileRefused, slug="picture-too-large", status=422):
    """This picture has more than 50 million dots. Take the photo again in a smaller size."""


class PdfLocked(FileRefused, slug="pdf-locked", status=422):
    """This PDF is locked. Print it to a new PDF without a password, or take a photo of the page."""


class PdfTooLong(FileRefused, slug="pdf-too-long", status=422):
    """This PDF has no page or more than 50. Send only the pages that are needed."""


class StillTooLarge(FileRefused, slug="file-still-too-large", title="This file is too large", status=413):
    """This takes more than 2 MB even when we make it smaller. Send fewer pages, or scan them less finely."""


class FilesBusy(FileRefused, slug="files-busy", title="Try again in a minute", status=503):
    """Many people are sending files just now. Wait a minute, choose your file again and send it."""
