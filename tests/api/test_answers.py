"""What holds answers to the documents finds what is wrong; and a token that is none is not taken for no token."""

import httpx

from tests.documented import undocumented
from tests.support import Connected

FEED = httpx.Request("GET", "http://test/api/matching/v1/opportunities")


def test_an_answer_that_the_document_does_not_name_is_found() -> None:
    good = httpx.Response(200, json={"opportunities": [], "more": False, "next": None, "also": []}, request=FEED)
    assert undocumented(good) == ""
    assert "the status is none of" in undocumented(httpx.Response(418, json={}, request=FEED))
    assert "text/plain is none of" in undocumented(httpx.Response(200, text="no", request=FEED))
    assert '"next" is a required property' in undocumented(
        httpx.Response(200, json={"opportunities": [], "more": False, "also": []}, request=FEED)
    )


async def test_a_token_that_does_not_work_is_refused_where_no_token_is_needed_too(identity: Connected) -> None:
    async with identity.api() as api:
        assert (await api.get("/organisations")).status_code == 200
        refused = await api.get("/organisations", headers={"authorization": "Bearer none"})
    assert (refused.status_code, refused.json()["title"]) == (401, "token not good")
    assert refused.headers["www-authenticate"] == "Bearer"
