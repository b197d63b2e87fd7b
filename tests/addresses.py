"""Addresses that have several readings, and those that people have: every door takes the same ones."""

import pytest

SEVERAL_READINGS = {
    "a dotted I in the domain": "kim@lİnk.example",
    "a dotted I": "kİm@link.example",
    "a Kelvin sign": "\u212aim@link.example",
    "a Kelvin sign in the domain": "kim@lin\u212a.example",
    "a long s": "ſam@link.example",
    "full width": "ｋｉｍ@link.example",
    "full width in the domain": "kim@ｌｉｎｋ.example",
    "a full-width at": "kim＠link.example",
    "a ligature in the domain": "kim@oﬃce.example",
    "right to left": "\u202ekim@link.example",
    "a letter of another alphabet": "kіm@link.example",
    "an encoded word": "=?utf-8?q?kim=40link.example=2C?=@evil.example",
    "an encoded word in the domain": "kim@=?utf-8?q?link?=.example",
    "half an encoded word": "kim=?x@link.example",
    "quotes": '"kim mail"@link.example',
    "quotes around an at": '"kim@link.example,"@evil.example',
    "two addresses": "kim@link.example,eve@evil.example",
    "two by a semicolon": "kim@link.example;eve@evil.example",
    "two ats": "kim@link.example@evil.example",
    "a name": "Kim <kim@link.example>",
    "a group": "all:kim@link.example;",
    "a comment": "kim(hello)@link.example",
    "a route": "<@evil.example:kim@link.example>",
    "another header": "kim@link.example\r\nBcc: eve@evil.example",
    "a folded header": "kim@link.example\n x: y",
    "a tab": "kim\t@link.example",
    "320 characters": "k" * 64 + "@" + ".".join(["l" * 60] * 4) + ".examples.org",
    "a local part of 65 characters": "k" * 65 + "@link.example",
    "an IP address": "kim@[192.0.2.1]",
    "a bare IP address": "kim@192.0.2.1",
    "a decimal IP address": "kim@3221225985",
    "a trailing dot": "kim@link.example.",
    "two dots": "kim..mail@link.example",
    "a leading dot": ".kim@link.example",
    "no dot": "kim@link",
    "this machine": "kim@localhost",
    "a broken xn--": "kim@xn--\u00e9.example",
    "an xn-- that decodes to nothing": "kim@xn--a.example",
    "an underline in the domain": "kim@li_nk.example",
    "no local part": "@link.example",
    "no domain": "kim@",
    "nothing": "",
}
"""None of these is taken by any door."""

ONE_READING = {
    "kim@link.example": "kim@link.example",
    "  KIM@Link.Example ": "KIM@link.example",
    "kim+news@link.example": "kim+news@link.example",
    "o'neil@link.example": "o'neil@link.example",
    "kim@bücher.example": "kim@xn--bcher-kva.example",
    "kim@XN--BCHER-KVA.example": "kim@xn--bcher-kva.example",
    "kim@straße.example": "kim@xn--strae-oqa.example",
}
"""What somebody types, and what is kept."""

several_readings = pytest.mark.parametrize("typed", SEVERAL_READINGS.values(), ids=SEVERAL_READINGS.keys())
