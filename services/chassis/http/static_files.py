"""The style sheet, scripts and icons: built by a maintainer (deploy/frontend), answered from memory for a year.

What other websites load has an address that stays, since it stands in their pages: it is kept for an hour, and any site
may have it.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from services.chassis.http.guarding import BY_DEFAULT
from services.chassis.http.negotiation import NoCoding, coding, has_newest

FOLDER: Final = Path(__file__).parents[1] / "static"
PREFIX: Final = "/static/"
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"  # a changed file has another name
FOR_AN_HOUR: Final = "public, max-age=3600, stale-while-revalidate=86400"
FOR_OTHER_SITES: Final = {"/embed/1.js": "embed-1.js", "/embed/1.css": "embed-1.css"}
"""Plain name by address. The number is of what their pages say (attributes, classes): what takes that away is a 2."""
_OPEN: Final = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
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
    """Answers GET and HEAD for exactly the files that the manifest names, by their built names, and for those of other
    sites; every other address is 404.

    No path reaches the disk: the files are read once, and looked up by name. `guarding`: headers of every answer.
    """

    def __init__(self, guarding: Mapping[str, str] = BY_DEFAULT) -> None:
        self._guarding = dict(guarding)
        self._files = {name: (FOLDER / name).read_bytes() for name in manifest().values()}
        copies = {name: FOLDER / f"{name}.gz" for name in self._files}
        self._small = {name: path.read_bytes() for name, path in copies.items() if path.exists()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        allow = self._guarding | {"Allow": "GET, HEAD, OPTIONS"}
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=allow)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Only to be read.", status_code=405, headers=allow)
        if plain := FOR_OTHER_SITES.get(scope["path"]):
            return self._file(scope, manifest()[plain], _OPEN | {"Cache-Control": FOR_AN_HOUR})
        name = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix(PREFIX).removeprefix("/")
        if name not in self._files:
            return PlainTextResponse("There is no such file.", status_code=404, headers=self._guarding)
        return self._file(scope, name, {"Cache-Control": FOR_A_YEAR})

    def _file(self, scope: Scope, name: str, more: dict[str, str]) -> Response:
        """Packed if it is and may be; its name says what is in it, so that and the coding are its tag."""
        headers = self._guarding | more | {"Vary": "Accept-Encoding", "ETag": f'"{name}"'}
        body, wanted = self._files[name], coding(scope["headers"])
        if wanted.name == "gzip" and (name in self._small or wanted.always):
            body = self._small.get(name) or gzip.compress(body, mtime=0)
            headers |= {"Content-Encoding": "gzip", "ETag": f'"{name}.gz"'}
        elif wanted.name is None:
            return PlainTextResponse(NoCoding().words, status_code=NoCoding.status, headers=self._guarding)
        if has_newest(scope["headers"], headers["ETag"].encode()):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=TYPES[Path(name).suffix], headers=headers)
