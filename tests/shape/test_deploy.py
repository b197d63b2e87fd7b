"""What runs the network in containers agrees with the code: compose, image, gateway."""

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
import yaml
from starlette.types import Receive, Scope, Send

from deploy.gateway import generate
from services import NAMES, load
from services.chassis.app import App
from services.chassis.base import keys
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.http import guarding, uploads
from services.chassis.kafka.client import PARTNER
from services.chassis.runner import Dispatcher
from tests import kafka_node
from tests.shape.sources import routes

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*")
OWN_IMAGE = "patient-leadership-network:local"
RUN_ONCE = {"prepare", "demo"}
MAILBOX_ONLY = {"PLN_MAILBOX_HOST"}
"""Read by services/cli/mailbox, which is no service and has no Settings."""

Json = dict[str, Any]


def with_defaults(text: str) -> str:
    """As compose reads it where the environment says nothing: `${NAME:-default}` is the default."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda match: match[2] or "", text)


@cache
def compose() -> Json:
    return yaml.safe_load(with_defaults((ROOT / "docker-compose.yml").read_text()))


@cache
def containers() -> dict[str, Json]:
    return compose()["services"]


def ours() -> dict[str, Json]:
    """The containers made from our own image."""
    return {name: one for name, one in containers().items() if one["image"] == OWN_IMAGE}


def settings_of(name: str) -> Settings:
    return Settings.from_environment(containers()[name]["environment"])


# Compose.


def test_every_service_has_a_container_of_its_own_name() -> None:
    assert set(NAMES) <= set(containers())
    for name in NAMES:
        assert containers()[name]["command"] == ["services", name]
    assert containers()["prepare"]["command"] == ["services", "prepare"]


@pytest.mark.parametrize("name", ours())
def test_a_container_is_given_only_settings_that_the_code_reads(name: str) -> None:
    fields = {f"PLN_{field.upper()}" for field in Settings.model_fields}
    dsns = {f"PLN_DATABASE_URL_{service.upper()}" for service in NAMES}
    dsns |= {f"PLN_KAFKA_PASSWORD_{who.upper()}" for who in (*NAMES, PARTNER)}
    assert set(containers()[name]["environment"]) <= fields | dsns | (MAILBOX_ONLY if name == "mailbox" else set())
    settings_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_service_calls_the_networks_people_as_the_code_does_by_default(name: str) -> None:
    assert settings_of(name).patient_leader == Settings.model_fields["patient_leader"].default


@pytest.mark.parametrize("name", NAMES)
def test_a_service_knows_its_own_database_password_and_nobody_elses(name: str) -> None:
    """And its own of Kafka."""
    settings = settings_of(name)
    assert set(settings.service_database_urls) == set(settings.service_kafka_passwords) == {name}
    assert settings.database_url is settings.kafka_password is None
    dsn = urlsplit(settings.service_dsn(name))
    assert (dsn.username, dsn.hostname, dsn.port, dsn.path) == (name, "postgres", 5432, "/pln")


def test_what_prepares_gives_each_role_the_password_that_its_service_logs_in_with() -> None:
    settings = settings_of("prepare")
    assert set(settings.service_database_urls) == set(NAMES)
    assert settings.service_kafka_passwords.keys() == {*NAMES, PARTNER}
    for name in NAMES:
        assert settings.kafka_password_of(name) == settings_of(name).kafka_password_of(name)
        assert settings.role_password(name) == urlsplit(settings_of(name).service_dsn(name)).password
    quoted = settings.model_copy(update={"service_database_urls": {"matching": "postgresql://matching:a'b@h/pln"}})
    with pytest.raises(BadSettings, match="PLN_DATABASE_URL_MATCHING"):
        quoted.role_password("matching")


def test_only_identity_and_who_makes_its_keys_can_read_the_private_key() -> None:
    shared, own = "shared:/var/lib/pln/shared", "own:/var/lib/pln/own"
    mounts = {name: one.get("volumes", []) for name, one in ours().items()}
    assert {name for name, volumes in mounts.items() if own in volumes} == {"identity", "prepare", "demo"}
    for name in set(NAMES) - {"identity"}:
        assert mounts[name] == [f"{shared}:ro"]
        assert settings_of(name).state_dir == Path("/var/lib/pln/shared")
    assert settings_of("prepare").shared_dir == Path("/var/lib/pln/shared")
    assert settings_of("prepare").state_dir == settings_of("identity").state_dir == Path("/var/lib/pln/own")


def test_what_is_shared_lets_a_service_check_tokens_and_forms_but_sign_nothing(tmp_path: Path) -> None:
    own = Settings(kafka_bootstrap_servers="-", state_dir=tmp_path / "own", shared_dir=tmp_path / "shared")
    keys.make(own)
    keys.share(own)
    shared = own.model_copy(update={"state_dir": tmp_path / "shared"})
    assert keys.KeyRing(shared).public.as_dict() == keys.KeyRing(own).public.as_dict()
    assert shared.secret("forms") == own.secret("forms")
    with pytest.raises(FileNotFoundError):
        keys.private(shared)
    kept = sorted((tmp_path / "shared/keys").iterdir())
    assert [path.name for path in kept] == ["forms", "token-public.json"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}


@pytest.mark.parametrize("name", NAMES)
def test_a_service_listens_where_the_gateway_and_prometheus_look_and_nowhere_outside(name: str) -> None:
    settings, container = settings_of(name), containers()[name]
    assert (settings.host, settings.http_port, settings.ops_port) == ("0.0.0.0", 8400, 8401)
    assert container["expose"] == ["8400", "8401"]
    assert "ports" not in container
    assert container["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


def test_what_is_published_is_published_on_loopback() -> None:
    published = [port for one in containers().values() for port in one.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_every_container_says_whether_it_is_well() -> None:
    for name, one in containers().items():
        if name in RUN_ONCE:
            assert one["healthcheck"] == {"disable": True}
        elif name not in NAMES:  # a service has the check of the image
            assert one["healthcheck"]["test"][0] == "CMD", name
    waits = [(name, on, how["condition"]) for name, one in containers().items() for on, how in waits_of(one).items()]
    for name, on, condition in waits:
        assert on in containers(), name
        assert condition == ("service_completed_successfully" if on in RUN_ONCE else "service_healthy"), (name, on)


def waits_of(container: Json) -> dict[str, Json]:
    return container.get("depends_on", {})


def test_every_image_is_pinned_to_a_version() -> None:
    froms = re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    images = {one["image"] for one in containers().values()} - {OWN_IMAGE}
    assert froms and images
    assert [image for image in (*froms, *images) if not PINNED.fullmatch(image)] == []
    version = re.search(r"org\.apache\.kafka:kafka-clients:(\S+)", (DEPLOY / "local/kafka.lock").read_text())
    assert version
    assert containers()["kafka"]["image"] == f"apache/kafka:{version[1]}", "the Kafka that the tests run on"


def test_our_programs_can_write_nothing_but_their_volumes_and_gain_no_rights() -> None:
    for name, one in {**ours(), "gateway": containers()["gateway"], "prometheus": containers()["prometheus"]}.items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name


def test_every_volume_is_declared_and_used() -> None:
    mounted = [volume.split(":")[0] for one in containers().values() for volume in one.get("volumes", [])]
    assert {name for name in mounted if not name.startswith(".")} == set(compose()["volumes"])
    for path in (name for name in mounted if name.startswith(".")):
        assert (ROOT / path).exists(), path


def test_every_password_says_that_it_is_for_the_demo_only() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    passwords = re.findall(r"(?<!\$)\$\{(\w*PASSWORD\w*)(?::-([^}]*))?\}", text)
    of_kafka = {f"PLN_KAFKA_PASSWORD_{who.upper()}" for who in (*NAMES, PARTNER)}
    of_kafka |= {"PLN_KAFKA_PASSWORD", "PLN_KAFKA_BROKER_PASSWORD"}
    assert {name for name, _ in passwords} == {
        f"PLN_{name.upper()}_PASSWORD" for name in (*NAMES, "postgres")
    } | of_kafka
    assert {default for _, default in passwords} == {"only-for-the-demo"}
    assert not re.search(r"(PASSWORD|SECRET|TOKEN)\w*: (?![$*])\S", text)


def test_one_kafka_node_keeps_its_data_and_makes_no_topics_by_itself() -> None:
    kafka = containers()["kafka"]["environment"]
    assert kafka["KAFKA_PROCESS_ROLES"] == "broker,controller"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert f"kafka:{kafka['KAFKA_LOG_DIRS']}" in containers()["kafka"]["volumes"]
    assert kafka["KAFKA_ADVERTISED_LISTENERS"] == f"CLIENT://{settings_of('matching').kafka_bootstrap_servers}"


def test_the_kafka_of_containers_asks_who_everybody_is_just_as_the_embedded_one_does() -> None:
    assert kafka_node.about_access(kafka_node.in_compose()) == kafka_node.about_access(kafka_node.embedded())
    assert {settings_of(name).kafka_security for name in NAMES} == {"SASL_PLAINTEXT"}


def test_kafka_and_postgresql_are_reached_by_services_and_what_prepares_them_only() -> None:
    joined = {name: set(one["networks"]) for name, one in containers().items()}
    assert {name for name, networks in joined.items() if "events" in networks} == {"kafka", "prepare", *NAMES}
    assert {name for name, networks in joined.items() if "data" in networks} == {"postgres", "prepare", *NAMES}
    assert (joined["kafka"], joined["postgres"], joined["gateway"]) == ({"events"}, {"data"}, {"front"})
    declared = compose()["networks"]
    assert set(declared) == set[str]().union(*joined.values())
    assert {name for name, how in declared.items() if how and how.get("internal")} == {"events", "data"}


@pytest.mark.parametrize("name", sorted(set(ours()) - set(NAMES)))
def test_what_a_container_runs_is_a_module_of_ours(name: str) -> None:
    assert importlib.util.find_spec(f"{containers()[name]['command'][0]}")


# The image.


def test_the_image_is_installed_by_hash_and_runs_as_nobody_in_particular() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert re.search(r"--require-hashes .*-r requirements\.lock", text.replace("\\\n", ""))
    stage = text.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in stage
    assert "/health/ready" in re.findall(r"^HEALTHCHECK .*$", stage, re.MULTILINE)[0]
    for path in ("own", "shared", "mailbox"):
        assert f"/var/lib/pln/{path}" in stage, "a volume takes its owner from the image"


def test_the_image_holds_every_file_that_the_code_reads_and_the_builder_is_sent_all_of_it() -> None:
    copied = re.findall(r"^COPY ([\w./-]+) [\w./-]+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    files = {"requirements.lock", "pyproject.toml"}  # the second says which version it is: `pln --version`
    assert set(copied) == files | {"schemas", "services", "deploy/kafka", "deploy/runbooks"}
    read = {match for path in (ROOT / "services").rglob("*.py") for match in re.findall(DEPLOYED, path.read_text())}
    read |= {match for path in (ROOT / "schemas").rglob("*.py") for match in re.findall(DEPLOYED, path.read_text())}
    assert read <= {"kafka", "runbooks"}
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{path}" for path in copied} <= set(sent)
    assert all((ROOT / path).exists() for path in copied)


DEPLOYED = re.compile(r"parents\[\d\] / \"deploy/(\w+)")


# The gateway.


def test_the_gateways_table_is_what_the_cards_say() -> None:
    assert generate.FILE.read_text() == generate.text(), "run `python deploy/gateway/generate.py`"


def by_gateway(path: str) -> str:
    """As nginx reads routes.conf: the first pattern that fits."""
    rows = re.findall(r"^    ~(\S+) (\w+);$", generate.FILE.read_text(), re.MULTILINE)
    return next((name for pattern, name in rows if re.search(pattern, path)), "identity")


async def by_dispatcher(path: str) -> str:
    said: list[str] = []

    def answering(name: str) -> Any:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            said.append(name)

        return SimpleNamespace(name=name, asgi=app, service=load([name])[0])

    dispatcher = Dispatcher(cast("list[App]", [answering(name) for name in NAMES]))
    await dispatcher({"type": "http", "path": path}, cast("Receive", None), cast("Send", None))
    return said[0]


async def test_the_gateway_sends_every_address_where_the_one_process_mode_does() -> None:
    paths = {re.sub(r"\{[^}]*\}", "x", route.path) for service in load() for route in routes(service.name)}
    paths |= {"/", "/nowhere", "/opportunitiesx", "/ops/nowhere", "/api/nowhere", "/claims/"}
    assert len(paths) > 50
    assert [(path, by_gateway(path)) for path in sorted(paths) if by_gateway(path) != await by_dispatcher(path)] == []


def test_a_page_is_sent_to_the_service_that_has_it() -> None:
    for service in load(NAMES):
        for route in routes(service.name):
            assert by_gateway(re.sub(r"\{[^}]*\}", "x", route.path)) == service.name, route.path


def nginx() -> str:
    return re.sub(r"#.*", "", (DEPLOY / "gateway/nginx.conf").read_text())


def test_the_gateway_asks_the_port_on_which_services_listen_and_says_how_it_was_asked() -> None:
    assert f"proxy_pass http://$service:{settings_of('matching').http_port};" in nginx()
    assert "include /etc/nginx/routes.conf;" in nginx()
    assert "proxy_set_header X-Forwarded-Proto $outer_scheme;" in nginx()
    [ports] = containers()["gateway"]["ports"]
    assert f"listen {ports.rpartition(':')[2]};" in nginx()


def test_the_gateway_guards_its_own_answers_as_services_do_theirs_and_counts_connections_in_their_stead() -> None:
    said = nginx()
    assert f'"" "{guarding.BY_DEFAULT["Permissions-Policy"]}";' in said
    for name, value in (("referrer_policy", "Referrer-Policy"), ("opener_policy", "Cross-Origin-Opener-Policy")):
        assert re.search(rf'{name} \$\w+ {{ default ""; "" {guarding.BY_DEFAULT[value]}; }}', said)
    own, away = said.split("location / {")[0], said.split("location = /away")[1:]
    for place in (own, *away):
        for name in ("Permissions-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Content-Type-Options"):
            assert f"add_header {name} " in place
    assert "limit_conn addresses 200;" in own
    assert "limit_conn_status 429;" in own
    assert settings_of("matching").client_address_header, "so services leave it to the gateway"


def test_a_body_that_a_service_refuses_in_words_gets_through_and_a_huge_one_does_not() -> None:
    limit = re.search(r"client_max_body_size (\d+)m;", nginx())
    assert limit
    with_its_form = uploads.MAX_UPLOAD_BYTES + uploads.MAX_BODY_BYTES
    assert with_its_form < int(limit[1]) * 1024 * 1024 <= 2 * with_its_form


def test_a_service_that_is_away_is_said_in_words_to_people_and_as_a_problem_to_machines() -> None:
    away = DEPLOY / "gateway/away"
    problem = json.loads((away / "away.json").read_text())
    assert (problem["status"], problem["type"]) == (503, "/developers/problems#try-again-soon")
    page = (away / "away.html").read_text()
    assert '<html lang="en-GB">' in page
    assert "http" not in page and "src=" not in page, "nothing is asked of anybody else"
