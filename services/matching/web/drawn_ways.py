"""Ways to get involved as a picture: time across, experience down. An SVG of our own, without script or inline style.

Each is a numbered point with its first words, which leads to its row of the table. A point that is filled is an
organisation's own; one that is empty is run by others. Only the frame is an image for screen readers: links within an
image could not be reached.
"""

import unicodedata
from collections.abc import Sequence

from markupsafe import Markup

from services.matching.domain.way_in import WayIn
from services.matching.words_of_ways import EXPERTISE, TAKES, in_picture, title

SIDE, HEAD, COLUMN = 132, 34, 166
"""Widths and heights in the picture's own units, of which there are 962 across."""
ITEM, GAP, LEAST = 62, 14, 72
ROOM, LINES = COLUMN - 8 - 36, 3
"""So much of a title stands in the picture; the whole is in the table."""
_INK, _COLOUR, _LINE, _PALE = "#212b32", "#4b2e83", "#768692", "#f0f4f5"

_TEXT = Markup('<text x="{}" y="{}" font-size="{}" fill="{}"{}>{}</text>')
_LINE_BELOW = Markup(' text-decoration="underline"')
_BOLD = Markup(' font-weight="700"')
_RECT = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>')
_POINT = Markup('<circle cx="16" cy="20" r="13" fill="{}" stroke="{}" stroke-width="2"/>')
_NUMBER = Markup('<text x="16" y="25" font-size="14" font-weight="700" text-anchor="middle" fill="{}">{}</text>')
_WAY = Markup(
    '<svg x="{}" y="{}" width="{}" height="{}"><a class="pln-map__way" href="#way-{}" aria-label="{}">'
    '<rect width="100%" height="100%" fill="#ffffff"/>{}</a></svg>'
)
_WHOLE = Markup(
    '<svg class="pln-map" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="group"'
    ' aria-label="The same as a picture"><g role="img" aria-label="{says}">{frame}</g>{ways}</svg>'
)
_SAYS = "Across: how much time it takes, from {} to {}. Down: which experience you need, from {} to {}."


def drawn(ways: Sequence[WayIn]) -> Markup:
    """Numbered from 1 as they come. Nothing of nothing."""
    if not ways:
        return Markup("")
    numbered = [*enumerate(ways, 1)]
    frame, points, y = [_heads()], list[Markup](), HEAD
    for code, said in EXPERTISE.items():
        cells = [[one for one in numbered if one[1].expertise == code and one[1].takes == takes] for takes in TAKES]
        height = max(LEAST, GAP + ITEM * max(map(len, cells)))
        frame.append(_row(y, height, said))
        for column, cell in enumerate(cells):
            x = SIDE + COLUMN * column + 4
            points += [_point(x, y + GAP // 2 + ITEM * place, *one) for place, one in enumerate(cell)]
        y += height
    times, levels = [*TAKES.values()], [*EXPERTISE.values()]
    says = _SAYS.format(*(one.lower() for one in (times[0], times[-1], levels[0], levels[-1])))
    width = SIDE + COLUMN * len(TAKES)
    return _WHOLE.format(width=width, height=y, says=says, frame=Markup("").join(frame), ways=Markup("").join(points))


def _heads() -> Markup:
    places = [(SIDE + COLUMN * column + 8, said) for column, said in enumerate(TAKES.values())]
    return Markup("").join(_TEXT.format(x, HEAD - 12, 13, _INK, _BOLD, said) for x, said in places)


def _row(y: int, height: int, said: str) -> Markup:
    boxes = [_RECT.format(0, y, SIDE, height, _PALE, _LINE)]
    boxes += [_RECT.format(SIDE + COLUMN * n, y, COLUMN, height, "#ffffff", _LINE) for n in range(len(TAKES))]
    lines = cut(said, room=SIDE - 12, lines=3)
    texts = [_TEXT.format(8, y + 26 + 18 * n, 14, _INK, _BOLD, line) for n, line in enumerate(lines)]
    return Markup("").join(boxes + texts)


def _point(x: int, y: int, number: int, way: WayIn) -> Markup:
    fill, ink = ("#ffffff", _COLOUR) if way.run_by else (_COLOUR, "#ffffff")
    lines = cut(in_picture(way), room=ROOM, lines=LINES)
    first = 25 if len(lines) == 1 else 16
    inner = [_POINT.format(fill, _COLOUR), _NUMBER.format(ink, number)]
    inner += [_TEXT.format(36, first + 17 * n, 14, _COLOUR, _LINE_BELOW, line) for n, line in enumerate(lines)]
    label = f"{number}: {title(way)}, {way.whose}"
    return _WAY.format(x, y, COLUMN - 8, ITEM - 4, number, label, Markup("").join(inner))


def cut(text: str, *, room: float, lines: int) -> list[str]:
    """The text in so many lines of so much room, between words where it can be; with "…" where it goes on."""
    found: list[str] = []
    for word in text.split():
        if found and _wide(found[-1] + " " + word) <= room:
            found[-1] += " " + word
        else:
            found.append(word)
    shown = [_cut_word(one, room) for one in found[:lines]]
    if len(found) > lines and not shown[-1].endswith("…"):
        shown[-1] = _cut_word(shown[-1] + "……", room) if _wide(shown[-1] + "…") > room else shown[-1] + "…"
    return shown


def _cut_word(line: str, room: float) -> str:
    if _wide(line) <= room:
        return line
    kept = line
    while kept and _wide(kept + "…") > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def _wide(text: str) -> float:
    """About how wide it is at 14 pixels, rather too much: nothing in the picture may stand upon its neighbour."""
    return sum(_letter(one) for one in text)


def _letter(one: str) -> float:
    if unicodedata.east_asian_width(one) in "WF" or unicodedata.category(one) == "So":
        return 18
    if one in "mwMW@%…—":
        return 14
    return 5 if one in " iljtfI.,:;'!|()" else 11 if one.isupper() else 8.2
