"""The panel that ends `pln up`: for each kind of user an address, and somebody to sign in as."""

from pathlib import Path

import pytest

from services.cli.demo.panel import audiences, show_panel


def test_every_kind_of_user_is_told_where_to_begin() -> None:
    names = [one.name for one in audiences()]
    assert names[:2] == ["Anyone", "Whoever is new"]
    assert names[2:] == ["Patient leader", "Organisation", "Welcome team", "Operator", "Developer"]


def test_it_says_where_to_go_what_to_try_how_to_stop_and_where_things_are(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    show_panel({"PLN_BASE_URL": "http://127.0.0.1:8400", "PLN_MAILBOX_URL": "http://127.0.0.1:8402"}, tmp_path)
    said = capsys.readouterr().out
    for words in ("http://127.0.0.1:8400/opportunities", "pln tour", "Ctrl-C", f"{tmp_path}/logs", "127.0.0.1:8402"):
        assert words in said
