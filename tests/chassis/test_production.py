"""Production does not start with passwords that everybody knows, in plain text, or with what a demo has."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.chassis.base import production
from services.chassis.base.settings import BadSettings, Settings
from tests.conftest import ROOT

GOOD = {
    "PLN_PROFILE": "production",
    "PLN_BASE_URL": "https://network.example.nhs.uk",
    "PLN_DATABASE_URL": "postgresql://postgres:Xo4-long-and-random@db.internal/pln?sslmode=verify-full",
    "PLN_DATABASE_URL_MATCHING": "postgresql://matching:Yp5-long-and-random@db.internal/pln?sslmode=verify-ca",
    "PLN_KAFKA_BOOTSTRAP_SERVERS": "one.internal:9093,two.internal:9093",
    "PLN_KAFKA_SECURITY": "SASL_SSL",
    "PLN_KAFKA_PASSWORD": "Zq6-long-and-random",
    "PLN_SMTP_URL": "smtp+starttls://mail.internal:587",
    "PLN_EMAIL_FROM": "no-reply@network.nhs.uk",
    "PLN_PHONE": "020 7946 0100",
}
WRONG = [
    ({"PLN_BASE_URL": "http://127.0.0.1:8400"}, "PLN_BASE_URL: give the https address"),
    (
        {"PLN_DATABASE_URL": "postgresql://postgres:only-for-the-demo@db/pln?sslmode=verify-ca"},
        "PLN_DATABASE_URL: everybody",
    ),
    ({"PLN_DATABASE_URL_MATCHING": "postgresql://matching:password@db/pln?sslmode=verify-ca"}, "_MATCHING: everybody"),
    ({"PLN_DATABASE_URL": "postgresql://postgres:Xo4@127.0.0.1/pln"}, "PLN_DATABASE_URL: it may go to anybody"),
    ({"PLN_DATABASE_URL": "postgresql://postgres:Xo4@db/pln?sslmode=prefer"}, "PLN_DATABASE_URL: it may go to"),
    ({"PLN_DATABASE_URL": "postgresql://postgres:Xo4@db/pln?sslmode=require"}, "PLN_DATABASE_URL: it may go to"),
    ({"PLN_KAFKA_SECURITY": "PLAINTEXT", "PLN_KAFKA_PASSWORD": ""}, "PLN_KAFKA_SECURITY: anybody could say anything"),
    ({"PLN_KAFKA_SECURITY": "SASL_PLAINTEXT"}, "PLN_KAFKA_SECURITY: it would go in plain text"),
    ({"PLN_KAFKA_SECURITY": "SASL_PLAINTEXT", "PLN_PLAIN_TEXT_TO": "one.internal"}, "PLN_KAFKA_SECURITY: it would"),
    ({"PLN_KAFKA_PASSWORD": "only-for-the-demo"}, "PLN_KAFKA_PASSWORD: everybody knows it"),
    ({"PLN_KAFKA_PASSWORD_PAYMENTS": "only-for-the-demo"}, "PLN_KAFKA_PASSWORD_PAYMENTS: everybody knows it"),
    ({"PLN_SMTP_URL": "smtp://127.0.0.1:25"}, "PLN_SMTP_URL: letters have links"),
    ({"PLN_MAILBOX_URL": "http://127.0.0.1:8425"}, "PLN_MAILBOX_URL: the demo's mailbox"),
    ({"PLN_FAILPOINT": "batch-before-commit"}, "PLN_FAILPOINT: it ends services"),
    ({"PLN_EMAIL_FROM": "no-reply@network.example"}, "PLN_EMAIL_FROM: give the address"),
    ({"PLN_PHONE": "0300 555 0100"}, "PLN_PHONE: give the number"),
]


def read(environment: dict[str, str]) -> Settings:
    return Settings.from_environment(environment)


@pytest.mark.parametrize(
    ("change", "words"), WRONG, ids=[words.split(":")[0] + str(n) for n, (_, words) in enumerate(WRONG)]
)
def test_one_wrong_setting_keeps_production_from_starting_and_is_the_only_one_named(
    change: dict[str, str], words: str, tmp_path: Path
) -> None:
    found = list(production.reasons(read({**GOOD, "PLN_STATE_DIR": str(tmp_path), **change})))
    assert len(found) == 1
    assert words in found[0]
    assert "\n" not in found[0]
    with pytest.raises(BadSettings, match="does not start like this"):
        production.check(read({**GOOD, "PLN_STATE_DIR": str(tmp_path), **change}))
    production.check(read({**GOOD, "PLN_STATE_DIR": str(tmp_path), **change, "PLN_PROFILE": "test"}))


def test_a_network_of_ones_own_may_go_in_plain_text_where_it_is_named(tmp_path: Path) -> None:
    inside = {
        "PLN_DATABASE_URL": "postgresql://postgres:Xo4-long-and-random@postgres:5432/pln",
        "PLN_KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
        "PLN_KAFKA_SECURITY": "SASL_PLAINTEXT",
        "PLN_PLAIN_TEXT_TO": "kafka, postgres",
    }
    production.check(read({**GOOD, "PLN_STATE_DIR": str(tmp_path), **inside}))


def test_a_state_folder_with_the_demo_region_is_refused_by_the_command_line_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    for order in (["prepare"], ["matching"]):
        tried = subprocess.run(
            [sys.executable, "-m", "services", *order],
            cwd=ROOT,
            env={**bare, **GOOD, "PLN_STATE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert tried.returncode == 2
        assert "PLN_STATE_DIR: this folder has the demo region" in tried.stderr
        assert "Traceback" not in tried.stderr
    assert not (tmp_path / "keys").exists(), "nothing was made"


def test_the_doctor_lists_all_that_keeps_production_from_starting(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    wrong = {"PLN_BASE_URL": "http://network.nhs.uk", "PLN_SMTP_URL": "smtp://mail.internal:25"}
    looked = subprocess.run(
        [sys.executable, "-m", "services.cli.main", "doctor", "--json"],
        cwd=ROOT,
        env={**bare, **GOOD, **wrong, "PLN_STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert looked.returncode == 1
    named = [one["words"] for one in json.loads(looked.stdout)["checks"] if one["name"] == "settings"]
    assert [words.partition(":")[0] for words in named] == ["PLN_BASE_URL", "PLN_SMTP_URL"]
