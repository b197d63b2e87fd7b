"""How a service's page becomes an answer: the template environment, what every page is given, and its headers."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    Undefined,
)
from jinja2.bccache import Bucket
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from schemas import links
from schemas.links import StaffPage
from schemas.public_pages import PUBLIC_PAGES
from services.chassis.base import wording
from services.chassis.base.leader_words import LEADER_WORDS, LeaderWords
from services.chassis.http import static_files
from services.chassis.http.addresses import helping
from services.chassis.http.direction import Direction
from services.chassis.http.for_machines import data_block, in_short
from services.chassis.http.header import HeaderItem, WorksFor, where
from services.chassis.http.help_line import HelpLine

_INLINE_SCRIPT = re.compile(r"<script\b[^\n]*?>([^<>\n]+)</script>")
CHASSIS_TEMPLATES = Path(__file__).parents[1] / "templates"


def as_asked(errors: Mapping[str, str], form: str) -> list[tuple[str, str]]:
    """Errors in the order in which a page's form asks: those of the whole form first, what it does not ask for last.

    What it does not ask for has no box that a link could lead to, so it is named by "" as those of the whole form are.
    """
    places = {name: form.find(f'id="{name}"') for name in errors if name}
    ordered = sorted(errors.items(), key=lambda one: (places.get(one[0], 0) < 0, places.get(one[0], -1)))
    return [(name if places.get(name, 0) >= 0 or name.startswith("/") else "", words) for name, words in ordered]


FILTERS: dict[str, Callable[..., Any]] = {
    **wording.FILTERS,
    "as_asked": as_asked,
    "data_block": data_block,
    "in_short": in_short,
}


class Compiled(BytecodeCache):
    """Templates that were compiled in this process, where most are asked for by seven services.

    By file and content. That is enough, since a file is always compiled in an environment with the same filters.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self._kept[bucket.key] = bucket.checksum, bucket.code


_compiled = Compiled()


class DesignSystem(BaseLoader):
    """Loads the design system's templates. They are compiled apart from ours, because they read names that nobody gave.

    In ours such a name is a mistake (StrictUndefined); in theirs it is empty.
    """

    def __init__(self) -> None:
        self._loader = PackageLoader("nhsuk_frontend_jinja")
        self._apart = _environment(self._loader, ChainableUndefined)

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        return self._apart.get_template(name, globals=globals)

    def inline_script(self) -> str:
        """The one script that stands in every page itself, for the hash in the security headers."""
        source, _, _ = self._loader.get_source(self._apart, "nhsuk/template.jinja")
        found = _INLINE_SCRIPT.findall(source)
        assert len(found) == 1, "the design system's page has other scripts than ours was made for"
        return found[0]


class Templates:
    """The pages of one service. Its own templates win over the chassis's, and those over the design system's."""

    def __init__(
        self,
        *template_dirs: Path,
        network_name: str,
        leader_words: LeaderWords = LEADER_WORDS,
        header_items: Sequence[HeaderItem] = (),
        staff_pages: Sequence[StaffPage] = (),
        demo: bool = False,
        help_line: HelpLine | None = None,
        base_url: str = "",
    ) -> None:
        ours = [FileSystemLoader(folder) for folder in (*template_dirs, CHASSIS_TEMPLATES)]
        design_system = DesignSystem()
        self._environment = _environment(ChoiceLoader([*ours, design_system]), StrictUndefined)
        self._environment.add_extension(Direction)
        self._environment.filters.update(FILTERS)
        self._headers = page_headers(design_system.inline_script())
        self._header_items = tuple(header_items)
        self._staff_pages = tuple(staff_pages)
        self._every_page: dict[str, Any] = {
            "network_name": network_name,
            **leader_words.in_templates(),
            "demo": demo,
            "help_line": help_line,
            "contact_line": help_line.line if help_line else "",
            "links": links,
            "public_pages": PUBLIC_PAGES,
            "base_url": base_url,
            "static": static_files.path_of,
        }

    def render(
        self,
        request: Request,
        template: str,
        /,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A page as an answer, never kept by a cache unless `headers` says otherwise.

        Reads what the web door left in `request.state`, each only if it is there: `acting` (`.called` is the name
        in the header; its presence means signed in), `name_only` (they have nothing to sign in with), `works_for`
        (whose bar is shown), `form_key` (makes the hidden fields of a form), and why a form is shown again: what it
        changes was changed `meanwhile`, or it was `sent_already` (chassis/http/sending.py).
        """
        given = {**self._every_page, **self._about(request), "status": status, **context}
        html = self._environment.get_template(template).render(given)
        if whom := helping(request):
            html = whom.addressed(html)
        return HTMLResponse(html, status_code=status, headers={**self._headers, **(headers or {})})

    def _about(self, request: Request) -> dict[str, Any]:
        acting = getattr(request.state, "acting", None)
        called: str | None = getattr(acting, "called", None)
        shown = [item for item in self._header_items if item.when in ("always", _standing(called))]
        whom = helping(request)
        if whom:
            shown = whom.menu(shown)
        form_key: Callable[[], Markup] = getattr(request.state, "form_key", Markup)
        works_for: WorksFor | None = getattr(request.state, "works_for", None)
        bar = works_for.pages(self._staff_pages) if works_for else []
        return {
            "called": called,
            "name_only": getattr(request.state, "name_only", False),
            "header_items": shown,
            "works_for": works_for,
            "bar": bar,
            "here": where(request.url.path, shown, () if whom else bar),
            "helping": whom,
            "form_key": form_key,
            "meanwhile": getattr(request.state, "meanwhile", None),
            "sent_already": getattr(request.state, "sent_already", None),
            "assetPath": "/static",
        }


def _environment(loader: BaseLoader, undefined: type[Undefined]) -> Environment:
    return Environment(
        loader=loader,
        undefined=undefined,
        autoescape=True,
        finalize=_or_nothing,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled,
    )


def _or_nothing(value: object) -> object:
    return "" if value is None else value


def _standing(called: str | None) -> str:
    return "signed_in" if called else "signed_out"


def page_headers(inline_script: str) -> dict[str, str]:
    """The security headers of a page: nothing from another host, no script but our files and exactly this one.

    A hash and no nonce: so a page is the same, byte by byte, for everybody to whom it says the same.
    """
    digest = base64.b64encode(hashlib.sha256(inline_script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
