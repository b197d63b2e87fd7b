"""The style sheet, scripts and icons: built by a maintainer (deploy/frontend), answered from memory for a year."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from services.chassis.http.guarding import BY_DEFAULT

FOLDER: Final = Path(__file__).parents[1] / "static"
PREFIX: Final = "/static/"
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"  # a changed file has another name
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}


@cache
def manifest() -> dict[str, str]:
    """The name of each file as built, by its plain name: {"pln.css": "pln.4f2a….css"}."""
    return json.loads((FOLDER / "manifest.json").read_text())


def path_of(name: str) -> str:
    """The address of a file by its plain name. An unknown name is a mistake in a template: KeyError."""
    return PREFIX + manifest()[name]


class StaticFiles:
    """Answers GET and HEAD for exactly the files that the manifest names; every other address is 404.

    No path reaches the disk: the files are read once, and looked up by name.
    """

    def __init__(self) -> None:
        self._files = {name: (FOLDER / name).read_bytes() for name in manifest().values()}
        copies = {name: FOLDER / f"{name}.gz" for name in self._files}
        self._small = {name: path.read_bytes() for name, path in copies.items() if path.exists()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Only to be read.", status_code=405, headers=BY_DEFAULT | {"Allow": "GET, HEAD"})
        name = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix(PREFIX).removeprefix("/")
        if name not in self._files:
            return PlainTextResponse("There is no such file.", status_code=404, headers=BY_DEFAULT)
        headers = BY_DEFAULT | {"Cache-Control": FOR_A_YEAR, "Vary": "Accept-Encoding"}
        body = self._files[name]
        if name in self._small and _takes_gzip(scope):
            body, headers["Content-Encoding"] = self._small[name], "gzip"
        return Response(body, media_type=TYPES[Path(name).suffix], headers=headers)


def _takes_gzip(scope: Scope) -> bool:
    accepted = b",".join(value for key, value in scope["headers"] if key == b"accept-encoding").decode("latin-1")
    for offer in accepted.lower().split(","):
        coding, _, quality = offer.replace(" ", "").partition(";")
        if coding in ("gzip", "*") and quality not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            return True
    return False
