"""What programs look for at an address that every website has: robots.txt, and security.txt of RFC 9116."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.public_pages import PUBLIC_PAGES
from services.chassis.base.settings import BadSettings, Settings
from services.identity.web.well_known import GOOD_FOR, contact_of, robots_txt, security_txt
from tests.chassis.test_http_methods import keeps_out
from tests.support import Connected

ROOT = Path(__file__).parents[2]
FIELDS = ["Contact", "Expires", "Preferred-Languages", "Canonical"]


async def test_robots_are_told_what_is_nobodys_and_find_the_sitemap(identity: Connected) -> None:
    async with identity.browser() as robot:
        answer = await robot.get("/robots.txt")
        known = await robot.get("/robots.txt", headers={"if-none-match": answer.headers["etag"]})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8" and known.status_code == 304
    said = [line.partition(": ") for line in answer.text.splitlines() if line]
    assert [value for name, _, value in said if name == "Sitemap"] == [f"{identity.app.settings.base_url}/sitemap.xml"]
    refused = [value for name, _, value in said if name == "Disallow"]
    allowed = [value for name, _, value in said if name == "Allow"]
    for address in (*PUBLIC_PAGES, "/opportunities/x", "/organisations/RX2", "/training/x", "/sitemap.xml?roles=x"):
        assert not any(keeps_out(rule, address) for rule in refused if address not in allowed), address
    demo = identity.app.settings.model_copy(update={"profile": "demo"})
    assert robots_txt(demo) == "User-agent: *\nDisallow: /\n", "nobody there is real"


async def test_whoever_finds_a_weakness_reads_whom_to_tell_and_it_never_expires(identity: Connected) -> None:
    async with identity.browser() as anyone:
        answer = await anyone.get("/.well-known/security.txt")
        assert (await anyone.get("/.well-known/other.txt")).status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert list(said) == FIELDS and said["Contact"] == "tel:+443005550100"
    ahead = datetime.fromisoformat(said["Expires"]) - datetime.now(UTC)
    assert GOOD_FOR - timedelta(days=1) <= ahead <= GOOD_FOR
    settings = identity.app.settings
    for changes, contact in (
        ({"complaints_to": "data@network.example"}, "mailto:data@network.example"),
        ({"security_to": "weak@network.example", "complaints_to": "a@b.example"}, "mailto:weak@network.example"),
        ({"security_to": "https://example.org/report"}, "https://example.org/report"),
    ):
        assert contact_of(settings.model_copy(update=changes)) == contact
    policy = settings.model_copy(update={"security_policy": "https://example.org/SECURITY.md"})
    assert "\nPolicy: https://example.org/SECURITY.md\n" in security_txt(policy, datetime.now(UTC))
    environment = {"PLN_DATABASE_URL": "postgresql://a@b/c", "PLN_KAFKA_BOOTSTRAP_SERVERS": "a:1"}
    for wrong in ("http://example.org", "x\nExpires: never", "two words@b.example", "javascript:alert(1)"):
        with pytest.raises(BadSettings, match="PLN_SECURITY_TO"):
            Settings.from_environment({**environment, "PLN_SECURITY_TO": wrong})
    told = (ROOT / "SECURITY.md").read_text()
    assert "/.well-known/security.txt" in told and "PLN_SECURITY_TO" in told
