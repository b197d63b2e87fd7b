"""The panel that ends `pln up`: for each kind of user an address, and somebody to sign in as."""

from pathlib import Path

import pytest

from services.chassis.base.leader_words import LEADER_WORDS
from services.cli.demo.panel import audiences, show_panel


def test_every_kind_of_user_is_told_where_to_begin() -> None:
    names = [one.name for one in audiences(LEADER_WORDS)]
    assert names[:2] == ["Anyone", "Whoever is new"]
    assert names[2:] == ["Patient leaders", "Organisation", "Welcome team", "Operator", "Developer"]


def test_it_says_where_to_go_what_to_try_how_to_stop_and_where_things_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    where = {"PLN_BASE_URL": "http://127.0.0.1:8400", "PLN_MAILBOX_URL": "http://127.0.0.1:8402"}
    show_panel(where | {"PLN_PATIENT_LEADER": "an expert by experience / experts by experience"}, tmp_path)
    said = capsys.readouterr().out
    assert "Experts by experience  http://" in said or "Experts by experience http://" in said
    for words in ("http://127.0.0.1:8400/opportunities", "pln tour", "Ctrl-C", f"{tmp_path}/logs", "127.0.0.1:8402"):
        assert words in said
