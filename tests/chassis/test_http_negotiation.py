"""What a client takes and has, by the examples of RFC 9110 and by what real ones send."""

import pytest

from services.chassis.http.negotiation import AS_IT_IS, Coding, coding, has_newest

GZIP, ONLY_GZIP, NEITHER = Coding("gzip"), Coding("gzip", always=True), Coding(None)
TAKEN: list[tuple[str, Coding]] = [
    ("compress, gzip", GZIP),  # RFC 9110, 12.5.3
    ("", AS_IT_IS),
    ("*", GZIP),
    ("compress;q=0.5, gzip;q=1.0", GZIP),
    ("gzip;q=1.0, identity; q=0.5, *;q=0", GZIP),
    ("gzip, deflate, br, zstd", GZIP),  # browsers
    ("gzip,deflate", GZIP),
    ("identity", AS_IT_IS),
    ("br", AS_IT_IS),
    ("gzip;q=0", AS_IT_IS),
    ("gzip;q=0.000", AS_IT_IS),
    ("gzip; q=0", AS_IT_IS),
    ("gzip ;\tQ=0 , identity", AS_IT_IS),
    ("*;q=0.5, gzip;q=0", AS_IT_IS),
    ("gzip;q=0, gzip", AS_IT_IS),  # a no is a no
    ("x-gzip", GZIP),  # 8.4.1.3
    ("X-GZIP;q=0", AS_IT_IS),
    ("GZip", GZIP),
    ("gzip;q=0.001", GZIP),
    ("identity;q=1, gzip;q=0.5", AS_IT_IS),
    ("identity;q=0.5, *;q=0.8", GZIP),
    ("gzip;q=0.3, *;q=0.5", AS_IT_IS),
    ("identity;q=0, gzip", ONLY_GZIP),
    ("*;q=0, gzip", ONLY_GZIP),
    ("identity;q=0, *", ONLY_GZIP),
    ("identity;q=0", NEITHER),
    ("*;q=0", NEITHER),
    ("*;q=0, identity", AS_IT_IS),
    ("gzip;q=0, identity;q=0, *", NEITHER),
    ("notgzip, gzipped", AS_IT_IS),
    ("gzip;q=2", AS_IT_IS),  # what is no offer says nothing
    ("gzip;q=0.0001", AS_IT_IS),
    ("gzip;q=", AS_IT_IS),
    ("gzip;level=9", AS_IT_IS),
    (",,gzip,,", GZIP),
    (", ".join(f"x-{n};q=0.1" for n in range(500)) + ", gzip", GZIP),
]


@pytest.mark.parametrize(("said", "wanted"), TAKEN, ids=[said[:40] for said, _ in TAKEN])
def test_an_answer_is_packed_as_the_client_takes_it(said: str, wanted: Coding) -> None:
    assert coding([(b"accept-encoding", said.encode())]) == wanted


def test_several_headers_are_one_list_and_none_says_nothing() -> None:
    assert coding([(b"accept-encoding", b"br"), (b"host", b"gzip"), (b"accept-encoding", b"gzip")]) == GZIP
    assert coding([(b"host", b"gzip")]) == AS_IT_IS


TAG = b'"3f80f"'
HAS: list[tuple[str, bool]] = [
    ('"3f80f"', True),
    ('W/"3f80f"', True),  # weak comparison (13.1.2)
    ('"xyzzy", "r2d2xxxx", "3f80f"', True),
    ('W/"xyzzy",W/"3f80f"', True),
    ("*", True),
    (" * ", True),
    ('"3f80f-gzip"', False),
    ('"x3f80f"', False),
    ('"3f80f', False),
    ("3f80f", False),  # without quotes it is none
    ('"a,3f80f,b"', False),
    ('"*"', False),
    ('"a", *', False),
    ('w/"other"', False),
    ("", False),
]


@pytest.mark.parametrize(("said", "has"), HAS, ids=[said for said, _ in HAS])
def test_who_has_the_newest_says_its_tag_and_nothing_that_only_holds_it(said: str, has: bool) -> None:
    assert has_newest([(b"if-none-match", said.encode())], TAG) is has


def test_tags_may_stand_in_several_headers() -> None:
    assert has_newest([(b"if-none-match", b'"other"'), (b"if-none-match", TAG)], TAG)
    assert not has_newest([(b"if-match", TAG)], TAG)
