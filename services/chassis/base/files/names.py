"""What a file is called once it is kept: a name that no program takes for a path, a device or a program."""

import re
import unicodedata

MOST_CHARACTERS = 100
EXTENSIONS = {"image/jpeg": ".jpg", "application/pdf": ".pdf"}
NO_NAME = "file"
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*%;\\/]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|clock\$|(com|lpt)[0-9¹²³])$", re.IGNORECASE)


def safe_name(given: str, media_type: str) -> str:
    """What `shown_name` leaves, with the ending of what the file is now."""
    ending = EXTENSIONS[media_type]
    return shown_name(given)[: MOST_CHARACTERS - len(ending)].strip(". ") + ending


def shown_name(given: str) -> str:
    """The last part of the name that was given, without its ending.

    Without what cannot be seen (controls, what turns the direction of writing), what leads elsewhere or names a device.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    name = "".join(" " if one.isspace() else one for one in name if unicodedata.category(one)[0] != "C" or one == "\t")
    name = _NOT_IN_NAMES.sub("_", " ".join(name.split()))
    name = _ENDING.sub("", name).strip(". ")[:MOST_CHARACTERS].strip(". ")
    if not name or _DEVICES.match(name.partition(".")[0].strip()):
        name = NO_NAME
    return name
