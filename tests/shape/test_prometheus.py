"""Prometheus asks whom it should, its rules ask for what is measured, and every alert says what to do."""

import gc
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram

from services import NAMES, load
from services.cli.local import prometheus

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

Json = dict[str, Any]


@cache
def groups() -> list[Json]:
    return yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())["groups"]


def rules() -> list[Json]:
    """The alerts."""
    return [rule for group in groups() for rule in group["rules"] if "alert" in rule]


def test_prometheus_asks_every_service_on_its_ops_port() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    environment = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["x-settings"]
    ops_port = int(environment["PLN_OPS_PORT"])
    [asked] = [one for job in config["scrape_configs"] for one in job.get("dns_sd_configs", [])]
    assert asked["names"] == list(NAMES)
    assert asked["port"] == ops_port
    assert config["rule_files"] == ["rules.yml"]


@cache
def metrics() -> dict[str, set[str]]:
    """Every series that the code makes, by its name as Prometheus keeps it, with its labels."""
    load(NAMES)
    gc.unfreeze()  # the collector is told nothing of what was imported (tests/conftest.py)
    made = [one for one in gc.get_objects() if type(one) in (Counter, Gauge, Histogram)]
    gc.freeze()
    found = {name: labels for one in made for name, labels in series(one).items() if name.startswith("pln_")}
    return found | {"process_start_time_seconds": set()}


def series(metric: Counter | Gauge | Histogram) -> dict[str, set[str]]:
    """`job` is Prometheus' own label, so it keeps ours under another name."""
    [about] = metric.describe()
    own = cast("tuple[str, ...]", metric._labelnames)  # pyright: ignore[reportPrivateUsage]
    labels = {"exported_job" if label == "job" else label for label in own}
    if isinstance(metric, Histogram):
        return {f"{about.name}_bucket": labels | {"le"}, f"{about.name}_sum": labels, f"{about.name}_count": labels}
    return {f"{about.name}_total" if isinstance(metric, Counter) else about.name: labels}


OF_A_TARGET = {"job", "instance", "target"}
METRIC = re.compile(r"\b((?:pln|process)_\w+)(?:\{([^}]*)\})?")


def expressions() -> list[str]:
    return [rule["expr"] for group in groups() for rule in group["rules"]]


@pytest.mark.parametrize("expression", expressions())
def test_a_rule_asks_for_metrics_and_labels_that_the_code_has(expression: str) -> None:
    recorded = {rule["record"] for group in groups() for rule in group["rules"] if "record" in rule}
    assert set(re.findall(r"\bservice:\w+:\w+", expression)) <= recorded
    bare = re.sub(r"\bservice:\w+:\w+", "", expression)
    labels = set(OF_A_TARGET)
    for name, matchers in METRIC.findall(bare):
        assert name in metrics(), name
        labels |= metrics()[name]
        asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))
        assert asked <= metrics()[name] | OF_A_TARGET, (name, asked)
    grouped = {label for by in re.findall(r"\b(?:by|on) \(([^)]*)\)", bare) for label in re.split(r",\s*", by)}
    assert grouped <= labels, expression


@pytest.mark.parametrize("what", sorted(set(re.findall(r'what=~?"([^"]+)"', " ".join(expressions())))))
def test_what_an_alert_says_people_wait_for_is_measured_by_a_room(what: str) -> None:
    stores = [path.read_text() for path in (ROOT / "services").glob("*/store/*.py")]
    waits = "".join(text.partition("async def waits(")[2] for text in stores)
    assert [one for one in what.split("|") if one not in waits] == []


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_in_a_sentence_what_is_wrong_and_where_it_is_written_what_to_do(rule: Json) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    runbook = re.fullmatch(r"/ops/runbooks/([a-z-]+)", rule["annotations"]["runbook_url"])
    assert runbook
    assert rule["alert"] in (DEPLOY / "runbooks" / f"{runbook[1]}.md").read_text()


OF_NO_ALERT = {"restore", "no-administrator"}


def test_every_runbook_belongs_to_an_alert_and_says_what_to_look_at_and_what_to_do() -> None:
    named = {rule["annotations"]["runbook_url"].rpartition("/")[2] for rule in rules()}
    assert {path.stem for path in (DEPLOY / "runbooks").glob("*.md")} - OF_NO_ALERT == named
    for path in (DEPLOY / "runbooks").glob("*.md"):
        lines = path.read_text().splitlines()
        assert path.stem in OF_NO_ALERT or {"Look", "Do", "Wake"} <= set(lines), path.name


def test_every_alert_is_tried_in_the_rules_own_tests() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus/rules_test.yml").read_text())["tests"]
    fired = {one["alertname"] for test in tests for one in test["alert_rule_test"] if one["exp_alerts"]}
    assert fired == {rule["alert"] for rule in rules()}


def test_a_network_without_containers_is_asked_by_the_same_configuration() -> None:
    own = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    told = yaml.safe_load(prometheus.configuration({"network": "127.0.0.1:8401"}))
    assert told["global"] == own["global"]
    assert [Path(file).resolve() for file in told["rule_files"]] == [DEPLOY / "prometheus/rules.yml"]
    [job] = told["scrape_configs"]
    assert job["job_name"] == own["scrape_configs"][0]["job_name"], "the rules name it"
    assert job["static_configs"] == [{"targets": ["127.0.0.1:8401"], "labels": {"target": "network"}}]


@pytest.mark.skipif(not prometheus.find("promtool"), reason="no promtool here: deploy/local/prometheus.sh fetches it")
@pytest.mark.parametrize("words", [("check", "config", "prometheus.yml"), ("test", "rules", "rules_test.yml")])
def test_promtool_takes_the_configuration_and_the_rules_pass_their_tests(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(prometheus.find("promtool")), *words],
        cwd=DEPLOY / "prometheus",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_a_command_measures_counts_once_it_commits() -> None:
    """By `tx.count`: what is rolled back, or tried again after it, would otherwise have been twice or never so."""
    at_once = re.compile(r"\.(inc|dec|observe|set)\(|metrics\.\w+\(")
    paths = [path for name in NAMES for path in (ROOT / "services" / name).rglob("*.py")]
    commands = [path for path in paths if "commands" in (*path.parts, path.stem)]
    lines = [(path.name, line) for path in commands for line in path.read_text().splitlines() if "metrics" in line]
    assert lines
    assert [one for one in lines if at_once.search(one[1])] == []
