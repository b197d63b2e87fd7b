"""The security log: each name is used and explained, and nothing that somebody typed reaches any log, by the door."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.chassis.base.security_log import Happened, note
from tests.chassis.logging_door import ADDRESS, NAME
from tests.support import Database

ROOT = Path(__file__).parents[2]
CANARIES = re.compile("|".join([*NAME.split(), ADDRESS.partition("@")[0], "feathers", "127.0.0.1"]), re.IGNORECASE)


def run_door(database: Database) -> tuple[list[str], str]:
    settings = database.settings
    environment = {
        **os.environ,
        "PLN_PROFILE": "test",
        "PLN_DATABASE_URL": settings.database_url or "",
        "PLN_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "PLN_TOPIC_PREFIX": settings.topic_prefix,
        "PLN_STATE_DIR": str(settings.state_dir),
        "PLN_ACCESS_LOG": "true",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.chassis.logging_door"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout.splitlines(), done.stderr


def test_what_a_stranger_does_is_logged_by_ids_and_codes_and_nothing_they_typed(database: Database) -> None:
    written, errors = run_door(database)
    assert errors == ""
    assert not [line for line in written if CANARIES.search(line)]
    lines: list[dict[str, Any]] = [json.loads(line) for line in written]
    assert {line["service.name"] for line in lines} == {"identity"}
    security = [line for line in lines if line.get("logger") == "security"]
    said = [(line["event.name"], line.get("pln.what", "")) for line in security]
    for wanted in (
        ("user_created", ""),
        ("authz_change", "network-started"),
        ("authn_login_success", ""),
        ("authn_login_fail", "link-used"),
        ("malicious_cors", "from-another-site"),
        ("authz_fail", "not-found"),
        ("authz_fail", "start-secret-needed"),
        ("authn_key_used", "wrong-start-secret"),
        ("excess_rate_limit_exceeded", "new_account.visitor"),
    ):
        assert wanted in said
    refused = next(line for line in security if line["event.name"] == "authz_fail")
    assert refused["http.route"] == "/organisations/for/{ods}"
    assert refused["http.response.status_code"] == 404
    assert len(refused["user.id"]) == 36
    assert len(refused["trace_id"]) == 32
    [fault] = [line for line in lines if line["message"] == "request failed"]
    assert fault["exception.type"] == "RuntimeError from pydantic_core._pydantic_core.ValidationError"
    assert "services/identity/web/mine.py:" in fault["exception.stacktrace"]
    assert not [line for line in lines if "ASGI" in line["message"]], "it is said once"
    [library] = [line for line in lines if line.get("logger") == "aiokafka.consumer"]
    assert (library["message"], library["exception.type"]) == ("Failed fetch:", "ValueError")
    access = [line for line in lines if line["message"] == "request"]
    assert {"http.request.method", "http.route", "http.response.status_code", "duration_s"} <= access[0].keys()
    assert any(line["http.route"] == "/sign-in/link" for line in access)


def test_each_name_is_used_and_explained() -> None:
    source = {path: path.read_text() for path in (ROOT / "services").rglob("*.py") if path.name != "security_log.py"}
    declared = (ROOT / "services/chassis/base/security_log.py").read_text()
    for happened in Happened:
        assert any(f"Happened.{happened.name}" in text for text in source.values()), f"nothing says {happened}"
        assert re.search(rf"    {happened.name} = .*\n    \"\"\"", declared), f"{happened} is not explained"


def test_what_is_no_code_of_ours_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("Sam Example", "sam@people.example", "x" * 99, "7" * 8, "a\nb", "É"):
        note(Happened.REFUSED, what=words, count=3)
    written = capsys.readouterr().out
    assert written.count("authz_fail") == 6
    assert "pln.what" not in written
