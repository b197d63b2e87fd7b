"""A JPEG inside a PDF without what its camera noted (where it was taken, when, by what): its dots stay as they are."""

_START, _SCAN, _END = 0xD8, 0xDA, b"\xff\xd9"
_COMMENT = 0xFE
_NOTES = frozenset((*range(0xE1, 0xEE), 0xEF, _COMMENT))
"""APP1 to APP13, APP15 and comments. APP0 says how large a dot is, APP14 how colours are written: both are needed."""
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))


def without_notes(content: bytes) -> bytes:
    """The same picture. Raises ValueError when its parts cannot be followed."""
    if content[:2] != bytes((0xFF, _START)):
        raise ValueError("no JPEG")
    kept, at = [content[:2]], 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no part of a JPEG begins here")
        while content[at + 1] == 0xFF:  # filled up
            at += 1
        marker = content[at + 1]
        if marker in _ALONE:
            kept.append(content[at : at + 2])
            at += 2
            continue
        if marker == _SCAN:
            return b"".join(kept) + _to_its_end(content[at:])
        length = int.from_bytes(content[at + 2 : at + 4])
        if length < 2 or at + 2 + length > len(content):
            raise ValueError("a part of a JPEG is cut off")
        if marker not in _NOTES:
            kept.append(content[at : at + 2 + length])
        at += 2 + length


def _to_its_end(scan: bytes) -> bytes:
    """Without what hangs on behind. A picture of several scans ends at the last end that there is."""
    end = scan.rfind(_END)
    return scan if end < 0 else scan[: end + 2]
