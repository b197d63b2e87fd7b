"""What a page confirms: that something was done, said once, by the act itself and by nothing else.

The answer to an act leads to a page and leaves a note with the browser: a code, sealed for that page and this session,
good for some minutes. The page that is shown next says it in its own words, and the note is gone. So a reload, the back
button, a bookmark and a link that somebody made up confirm nothing. Each note has a name of its own, which stands in
the address, so that two tabs do not take one another's.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.chassis.base.hands import Acting
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.http.addresses import leads
from services.chassis.http.cookies import cookie
from services.chassis.http.forms import visit
from services.chassis.http.request import is_head, site_of
from services.chassis.http.signed_values import read_signed, sign

SAID = "said"
"""In the address of the page that confirms: which note is meant."""
KEPT_SECONDS = 300
"""So long a note waits for its page, which may come only after a renewal of the session."""
AT_ONCE = timedelta(minutes=1)
"""What is sent twice within it was pressed twice, or its answer was lost: it is confirmed as the first time."""
EARLIER = "earlier"
DONE_EARLIER = "You sent this before, and it was done then. Nothing was done a second time."
PURPOSE = "what a page confirms"
_SPLIT = "#\n"
"""Between an address and a code. A control character stands in no address that comes from outside (`is_local`)."""
_NAME = re.compile(r"[0-9a-f]{16}")
_CODE = re.compile(r"[a-z_]{1,40}")


def confirmed(address: str, code: str) -> str:
    """Where an act leads, when the page there is to confirm it; `code`: a key of what that page gives `confirmation`.

    Raises ValueError for what is no code: nothing that a person typed is ever in a note.
    """
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is no code")
    return address + _SPLIT + code


def address_of(led: str) -> str:
    """The address alone, for whoever only follows it."""
    return led.partition(_SPLIT)[0]


def leads_to(request: Request, acting: Acting, led: str, *, form_key: str, earlier: bool = False) -> Response:
    """The answer to a form that was acted on: 303 to the page, with its note. `earlier`: that was not now."""
    address, _, code = led.partition(_SPLIT)
    address = leads(request, address)
    if not code:
        return RedirectResponse(address, status_code=303)
    site, whose = site_of(request), _whose(request, acting)
    name = sealed(site.form_secret[0], Purpose.CONFIRMATION, whose, form_key).hex()[:16]
    answer = RedirectResponse(f"{address}{'&' if '?' in address else '?'}{SAID}={name}", status_code=303)
    note = {"whose": whose, "at": address.partition("?")[0], "code": EARLIER if earlier else code}
    answer.set_cookie(
        site.note_cookie(name),
        sign(site.form_secret, note, purpose=PURPOSE),
        max_age=KEPT_SECONDS,
        path=note["at"],
        secure=site.is_https,
        httponly=True,
        samesite="lax",
    )
    return answer


def confirmation(request: Request, words: Mapping[str, str]) -> str:
    """What this page has to confirm, in its words (code → words); "" for nothing. With this answer the note is gone."""
    name = request.query_params.get(SAID, "")
    if not _NAME.fullmatch(name):
        return ""
    site, at = site_of(request), request.url.path
    named = site.note_cookie(name)
    kept = cookie(request, named)
    if kept is None:
        return ""
    if not is_head(request):
        request.state.note_shown = (named, at)
    try:
        note = read_signed(site.form_secret, kept, purpose=PURPOSE, max_age_seconds=KEPT_SECONDS)
    except ValueError:
        return ""
    if (note["whose"], note["at"]) != (_whose(request, request.state.acting), at):
        return ""
    return DONE_EARLIER if note["code"] == EARLIER else words.get(note["code"], "")


def forgets_note(request: Request, status: int) -> list[tuple[bytes, bytes]]:
    """Headers by which the browser forgets the note that this answer has shown; a page that failed has shown none."""
    shown: tuple[str, str] | None = getattr(request.state, "note_shown", None)
    if shown is None or status >= 400:
        return []
    secure = "; Secure" if site_of(request).is_https else ""
    gone = f'{shown[0]}=""; Max-Age=0; Path={shown[1]}; HttpOnly; SameSite=lax{secure}'
    return [(b"set-cookie", gone.encode("latin-1"))]


def _whose(request: Request, acting: Acting) -> str:
    return str(acting.in_session or visit(request))
