"""Bank details and the last day of a rate, given in two tabs: what stands there is shown, but never a bank account."""

from tests.payments.support import a_trust
from tests.payments.test_doors import date_parts, somethings_of
from tests.support import Connected, Person
from tests.two_tabs import done, from_two_tabs, opened, stands

DETAILS = "/payments/mine/details"
ONE = {"payee_name": "S EXAMPLE", "sort_code": "20-00-00", "account_number": "55779911"}
OTHER = {"payee_name": "S EXAMPLE", "sort_code": "20-00-00", "account_number": "12345678"}


async def test_bank_details_are_given_in_two_tabs_and_none_is_shown_back(payments: Connected) -> None:
    person = Person()
    await payments.hears_and_settles(person.opened)
    async with payments.browser(person) as browser:
        both = await from_two_tabs(browser, DETAILS, ONE, OTHER)
        assert stands(both)["Account number"] == "Changed since then. It is not shown here."
        assert ONE["account_number"] not in both
        assert 'value="12345678"' in both, "what they typed themselves is kept"
        assert "They were given on" in both
        assert "55779911" not in (await browser.get(DETAILS)).text


async def test_a_rate_is_ended_by_two_colleagues_on_different_days(payments: Connected) -> None:
    trust = await a_trust(payments)
    _, _, card = await somethings_of(trust, Person())
    page = f"/payments/for/RX2/rates/{card}/close"
    async with payments.browser(trust.finance) as finance:
        one, other = [await opened(finance, page) for _ in range(2)]
        done(await finance.post(page, data={**one, **date_parts("valid_to", 30)}))
        both = await finance.post(page, data={**other, **date_parts("valid_to", 9)})
        assert both.status_code == 409
        assert list(stands(both.text)) == ["Last day"]
