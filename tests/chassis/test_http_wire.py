"""HTTP as foreign clients, proxies and attackers write it, over real sockets: answered by what fits, never by 5xx."""

import gzip
from collections.abc import AsyncIterator

import pytest

from services.chassis.http import static_files
from tests.matching.world import a_trust, post
from tests.raw_http import Answer, ask, head, send, served
from tests.support import Database

FEED = "/opportunities"
HOST = b"Host: test\r\nConnection: close\r\n"


@pytest.fixture(params=["a single service", "several in one process"])
async def port(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[int]:
    names = ["matching"] if request.param == "a single service" else ["identity", "matching", "payments"]
    connected = [await database.connect(name) for name in names]
    matching = connected[names.index("matching")]
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    async with served(*connected) as port:
        yield port


def get(path: bytes, *lines: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


STRANGE: dict[str, tuple[int, bytes]] = {
    "no Host": (400, b"GET /opportunities HTTP/1.1\r\nConnection: close\r\n\r\n"),
    "two Hosts": (400, get(b"/opportunities", b"Host: test")),
    "a Host of two words": (400, b"GET /opportunities HTTP/1.1\r\nHost: a b\r\n\r\n"),
    "a Host with a path": (400, b"GET /opportunities HTTP/1.1\r\nHost: test/x\r\n\r\n"),
    "a Host with a user": (400, b"GET /opportunities HTTP/1.1\r\nHost: me@test\r\n\r\n"),
    "another's Host": (200, b"GET /opportunities HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
    "a Host of IPv6": (200, b"GET /opportunities HTTP/1.1\r\nHost: [::1]:8400\r\nConnection: close\r\n\r\n"),
    "HTTP/1.0 without Host": (200, b"GET /opportunities HTTP/1.0\r\n\r\n"),
    "an absolute target": (200, get(b"http://evil.example/opportunities")),
    "an absolute target without a path": (404, get(b"http://evil.example/nowhere")),
    "a length and chunks": (400, get(b"/opportunities", b"Content-Length: 4", b"Transfer-Encoding: chunked")),
    "chunks and a length": (400, get(b"/opportunities", b"Transfer-Encoding: chunked", b"Content-Length: 4")),
    "two lengths": (400, get(b"/opportunities", b"Content-Length: 4", b"Content-Length: 5")),
    "a length below nothing": (400, get(b"/opportunities", b"Content-Length: -1")),
    "a coding that nobody knows": (400, get(b"/opportunities", b"Transfer-Encoding: cow")),
    "a chunk of nonsense": (400, get(b"/opportunities", b"Transfer-Encoding: chunked") + b"zz\r\n"),
    "a header over two lines": (400, get(b"/opportunities", b"X-Long: one", b" two")),
    "a header without a name": (400, get(b"/opportunities", b": value")),
    "a space behind a name": (400, get(b"/opportunities", b"X-Name : value")),
    "NUL in a header": (400, get(b"/opportunities", b"X-Name: a\x00b")),
    "a letter that is not ASCII in the path": (400, get("/é".encode())),
    "NUL in a path": (404, get(b"/opportunities/%00")),
    "NUL in a query": (400, get(b"/opportunities?words=%00")),
    "a slash in disguise": (404, get(b"/opportunities%2F..%2Fops")),
    "a half percent": (404, get(b"/opportunities/%")),
    "bytes that are no text": (404, get(b"/opportunities/%ff%fe")),
    "dots": (404, get(b"/opportunities/../ops")),
    "two slashes": (404, get(b"//evil.example/opportunities/")),
    "a path of 8,000": (404, get(b"/opportunities/" + b"a" * 8_000)),
    "a path of 20,000": (414, get(b"/" + b"a" * 20_000)),
    "a query of 20,000": (414, get(b"/opportunities?words=" + b"a" * 20_000)),
    "a header of 64 kB": (431, get(b"/opportunities", b"X-Long: " + b"a" * 65_536)),
    "a thousand headers": (431, get(b"/opportunities", *[b"X-Name-%d: value of a header" % n for n in range(1_000)])),
    "a method of nobody's": (400, b"BREW /opportunities HTTP/1.1\r\n" + HOST + b"\r\n"),
    "CONNECT": (400, b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"),
    "TRACE": (405, b"TRACE /opportunities HTTP/1.1\r\n" + HOST + b"\r\n"),
    "PROPFIND": (405, b"PROPFIND /opportunities HTTP/1.1\r\n" + HOST + b"\r\n"),
    "HTTP/2 without asking": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/2 by asking": (200, get(b"/opportunities", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAAQAAP__")),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64),
    "a socket of the web's": (404, get(b"/socket", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13")),
    "nothing but a line": (400, b"hello\r\n\r\n"),
    "a body with GET": (200, get(b"/opportunities", b"Content-Length: 5") + b"hello"),
    "a part of a page": (200, get(b"/opportunities", b"Range: bytes=0-9", b'If-Range: "x"')),
    "an expectation that nobody knows": (200, get(b"/opportunities", b"Expect: a-miracle")),
}


async def test_what_is_strange_is_answered_by_what_it_is_and_never_by_a_fault(port: int) -> None:
    wrong: list[str] = []
    for name, (status, sent) in STRANGE.items():
        try:
            [answer] = await send(port, sent)
        except (TimeoutError, OSError, ValueError, AssertionError) as error:
            wrong.append(f"{name}: {error!r}")
            continue
        if answer.status != status:
            wrong.append(f"{name}: {answer.status} for {status}")
        if answer.headers.get("x-content-type-options") != "nosniff":
            wrong.append(f"{name}: not guarded")
        if "evil" in answer.headers.get("location", ""):
            wrong.append(f"{name}: goes to {answer.headers['location']}")
    assert not wrong, "\n".join(wrong)


async def test_no_redirect_goes_where_the_host_header_says(port: int) -> None:
    for path in ("/opportunities/", "/matches/mine", "//evil.example/matches/mine", "/opportunities//"):
        for method in ("GET", "HEAD"):
            sent = f"{method} {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".encode()
            [answer] = await send(port, sent)
            assert answer.status in (303, 307, 404)
            assert answer.headers.get("location", "/").startswith("/")
            assert not answer.headers.get("location", "/").startswith("//")
            assert b"evil.example" not in answer.body.split(b"<main")[0]


async def test_a_part_is_not_given_where_parts_are_not_known_but_the_whole_is(port: int) -> None:
    whole, part = [await ask(port, "GET", FEED, *more) for more in ((), ("Range: bytes=0-9",))]
    assert (part.status, part.body) == (200, whole.body)
    assert "content-range" not in part.headers


async def test_a_body_that_waits_to_be_asked_for_is_asked_for_once_it_is_read(port: int) -> None:
    body = b'{"strands": []}'
    lines = (f"Content-Length: {len(body)}", "Content-Type: application/json", "Expect: 100-continue")
    expecting = head("PUT", "/api/matching/v1/mine/subscription", *lines)
    going_on, answer = await send(port, expecting, body, pause=0.3)
    assert (going_on.status, answer.status) == (100, 401)


async def test_several_requests_in_one_go_are_answered_in_order(port: int) -> None:
    """Answers without a body have none, or the next would not be found."""
    keep = b"HEAD /opportunities HTTP/1.1\r\nHost: test\r\n\r\n"
    first = b"OPTIONS /opportunities HTTP/1.1\r\nHost: test\r\n\r\n"
    answers = await send(port, first + first + get(b"/opportunities"))
    assert [one.status for one in answers] == [204, 204, 200]
    heads = await send(port, keep + keep + keep.replace(b"Host", b"Connection: close\r\nHost"))
    assert [one.status for one in heads] == [200, 200, 200]


async def test_what_is_sent_packed_is_what_is_sent_plain(port: int) -> None:
    plain, packed = [await ask(port, "GET", FEED, *more) for more in ((), ("Accept-Encoding: gzip",))]
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    for one in (plain, packed):
        assert int(one.headers["content-length"]) == len(one.body)


async def test_a_built_file_is_read_asked_about_and_known_again_as_any_answer(port: int) -> None:
    path = static_files.path_of("pln.css")
    plain, packed = [await ask(port, "GET", path, *more) for more in ((), ("Accept-Encoding: x-gzip;q=0.2",))]
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    told = await ask(port, "HEAD", path)
    assert steady(told) == steady(plain)
    for coding, tag in (("gzip", packed.headers["etag"]), ("gzip;q=0", plain.headers["etag"])):
        known = await ask(port, "GET", path, f"Accept-Encoding: {coding}", f'If-None-Match: "x", W/{tag}')
        assert (known.status, known.headers["etag"]) == (304, tag)
        assert known.headers["cache-control"] == plain.headers["cache-control"]
    allow = "GET, HEAD, OPTIONS"
    for method, status in (("OPTIONS", 204), ("POST", 405), ("DELETE", 405)):
        answer = await ask(port, method, path)
        assert (answer.status, answer.headers["allow"]) == (status, allow)
    assert (await ask(port, "GET", path, "Accept-Encoding: *;q=0")).status == 406
    icon = await ask(port, "GET", static_files.path_of("favicon.svg"), "Accept-Encoding: gzip, identity;q=0")
    assert b"<svg" in gzip.decompress(icon.body)


async def test_what_other_websites_load_stays_at_its_address_is_small_and_may_be_had_by_any_site(port: int) -> None:
    sizes = dict[str, int]()
    for path in static_files.FOR_OTHER_SITES:
        plain, packed = [await ask(port, "GET", path, *more) for more in ((), ("Accept-Encoding: gzip",))]
        known = await ask(port, "GET", path, f"If-None-Match: {plain.headers['etag']}")
        assert (plain.status, packed.status, known.status) == (200, 200, 304)
        for one in (plain, packed, known):
            assert one.headers["cache-control"].startswith("public, max-age=3600")
            assert one.headers["cross-origin-resource-policy"] == "cross-origin"
            assert one.headers["access-control-allow-origin"] == "*"
            assert one.headers["x-content-type-options"] == "nosniff"
        sizes[path] = len(plain.body)
    assert sizes["/embed/1.js"] < 3000
    assert b"innerHTML" not in (await ask(port, "GET", "/embed/1.js")).body
    for wrong in (
        "/embed",
        "/embed/",
        "/embed/2.js",
        "/embed/1.js/x",
        "/embed/../static/manifest.json",
        "/static/1.js",
    ):
        assert (await ask(port, "GET", wrong)).status == 404, wrong
    kept = await ask(port, "GET", static_files.path_of("pln.css"))
    assert kept.headers["cross-origin-resource-policy"] == "same-origin"


def steady(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("date", "x-correlation-id")}


async def test_a_page_and_its_head_say_the_same_over_the_wire(port: int) -> None:
    for path in (FEED, "/feeds/opportunities.json", "/api/matching/v1/opportunities", "/opportunities/nowhere/at/all"):
        got, told = await ask(port, "GET", path), await ask(port, "HEAD", path)
        assert (told.status, steady(told)) == (got.status, steady(got))
        assert int(told.headers["content-length"]) == len(got.body)
    whole = await ask(port, "OPTIONS", "*")
    assert (whole.status, whole.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST, PUT, DELETE")
