"""A partner makes a client of our documents with a stock generator, and does the main job with it."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.journeys.by_client import ClientJourney, Clients
from tests.journeys.network import Network

WRITES = {
    "POST offer_programme",
    "POST add_session",
    "POST post_opportunity",
    "POST send_application",
    "POST approve_application",
    "PUT give_profile",
    "PUT subscribe",
    "POST enrol",
    "POST show_interest",
    "POST offer_place",
    "POST write_message",
    "POST answer_message",
    "POST accept_place",
    "POST record_attendance",
    "PUT give_payee_details",
    "POST send_claim",
    "POST approve_claim",
    "POST make_run",
    "POST record_outcome",
}


@pytest.mark.timeout(300)
def test_generated_clients_do_the_main_job_from_posting_to_payment(network: Network, tmp_path: Path) -> None:
    clients = Clients(network.base_url, tmp_path)
    for step in ClientJourney(clients, network.mailbox_url).steps():
        step.do()
    assert clients.used >= WRITES


def test_the_lines_that_the_page_for_developers_shows_work_when_pasted(network: Network) -> None:
    page = httpx.get(f"{network.base_url}/developers").text
    secret = _secret_of_a_program(network)
    by_secret = _line(page, "token-by-secret")
    for what, it_is in (("the code of your organisation", "RZ9"), ("the secret of your program", secret)):
        assert what in by_secret
        by_secret = by_secret.replace(what, it_is)
    for token in (_line(page, "token-in-demo"), by_secret):
        lines = "\n".join((token, _line(page, "first-write")))
        done = subprocess.run(["bash", "-c", lines], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        posted = httpx.get(f"{network.base_url}/api/matching/v1/opportunities/{json.loads(done.stdout)['id']}")
        assert posted.json()["title"] == "Pain letters partner"


def _secret_of_a_program(network: Network) -> str:
    """An admin makes the account of a program, as the page says, and is shown its secret."""
    api = f"{network.base_url}/api/identity/v1"
    token = httpx.post(f"{api}/demo/sign-in", json={"email": "cora@downland.example"}).json()["token"]
    made = httpx.post(
        f"{api}/organisations/RZ9/machines",
        json={"called": "Reports", "roles": ["coordinator"]},
        headers={"authorization": f"Bearer {token}", "idempotency-key": "a-program"},
    )
    assert made.status_code == 201, made.text
    return made.json()["secret"]


def _line(page: str, name: str) -> str:
    found = re.search(rf'<pre[^>]* id="{name}"[^>]*><code>(.*?)</code></pre>', page, re.DOTALL)
    assert found, f"the page shows no {name}"
    return unescape(found[1])
