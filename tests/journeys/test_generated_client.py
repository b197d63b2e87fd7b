"""A partner makes a client of our documents with a stock generator, and does the main job with it."""

from pathlib import Path

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
    "POST accept_place",
    "POST record_attendance",
    "PUT give_payee_details",
    "POST send_claim",
    "POST approve_claim",
    "POST make_run",
    "POST record_outcome",
}


def test_generated_clients_do_the_main_job_from_posting_to_payment(network: Network, tmp_path: Path) -> None:
    clients = Clients(network.base_url, tmp_path)
    for step in ClientJourney(clients, network.mailbox_url).steps():
        step.do()
    assert clients.used >= WRITES
