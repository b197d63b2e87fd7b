"""What production does not start with. Each is one sentence that names the setting and says what to give."""

from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from services.chassis.base.settings import BadSettings, Settings

DEMO_PASSWORD = "only-for-the-demo"  # noqa: S105  # what docker-compose.yml gives where nobody gives another
KNOWN_PASSWORDS = {DEMO_PASSWORD, "postgres", "password", "changeme", "admin", "pln"}
CHECKED = {"verify-ca", "verify-full"}
"""With `require` nobody looks whose certificate it is."""


def check(settings: Settings) -> None:
    """Raises BadSettings with a line for each reason not to start. Other profiles than production start with all."""
    if settings.profile == "production" and (wrong := list(reasons(settings))):
        raise BadSettings("\n".join(["PLN_PROFILE is production, which does not start like this:", *wrong]))


def reasons(settings: Settings) -> Iterator[str]:
    """Why this would not be let near real people: passwords everybody knows, plain text, and what a demo has."""
    if not settings.base_url.startswith("https://"):
        yield "PLN_BASE_URL: give the https address of the network; sign-in cookies are not sent over http."
    yield from _of_databases(settings)
    yield from _of_kafka(settings)
    server = urlsplit(settings.smtp_url)
    if server.scheme == "smtp" and server.hostname not in settings.plain_text_hosts:
        yield "PLN_SMTP_URL: letters have links to sign in; give smtps:// or smtp+starttls://."
    if settings.mailbox_url:
        yield "PLN_MAILBOX_URL: the demo's mailbox shows everybody's letters; leave it out."
    if (settings.state_dir / "demo.json").exists():
        yield "PLN_STATE_DIR: this folder has the demo region, whose people anybody can be; give an empty one."
    if settings.failpoint:
        yield "PLN_FAILPOINT: it ends services in tests; leave it out."
    if settings.email_from.endswith(".example"):
        yield "PLN_EMAIL_FROM: give the address that the network's letters come from."
    yield from _of_texts(settings)
    if settings.phone == type(settings).model_fields["phone"].default:
        yield "PLN_PHONE: give the number that people can ring; nobody answers the example's."


def _of_texts(settings: Settings) -> Iterator[str]:
    given = {name: getattr(settings, f"notify_{name}") for name in ("url", "key", "template")}
    if any(given.values()):
        for name in (name for name, value in given.items() if not value):
            yield f"PLN_NOTIFY_{name.upper()}: give it too, or no text can be sent; leave out all three to send none."
    address = urlsplit(settings.notify_url)
    if address.scheme == "http" and address.hostname not in settings.plain_text_hosts:
        yield "PLN_NOTIFY_URL: texts have people's numbers; give https://."


def _of_databases(settings: Settings) -> Iterator[str]:
    named = {f"PLN_DATABASE_URL_{name.upper()}": url for name, url in settings.service_database_urls.items()}
    if settings.database_url:
        named["PLN_DATABASE_URL"] = settings.database_url
    for setting, url in sorted(named.items()):
        address = urlsplit(url)
        if unquote(address.password or "") in KNOWN_PASSWORDS:
            yield f"{setting}: everybody knows its password; give another."
        mode = parse_qs(address.query).get("sslmode", [""])[0]
        if address.hostname and mode not in CHECKED and address.hostname not in settings.plain_text_hosts:
            yield f"{setting}: it may go to anybody who answers; add ?sslmode=verify-full."


def _of_kafka(settings: Settings) -> Iterator[str]:
    if settings.kafka_security == "PLAINTEXT":
        yield "PLN_KAFKA_SECURITY: anybody could say anything; give SASL_SSL or SSL."
    hosts = {server.strip().rpartition(":")[0].strip("[]") for server in settings.kafka_bootstrap_servers.split(",")}
    if settings.kafka_security == "SASL_PLAINTEXT" and hosts - settings.plain_text_hosts:
        yield "PLN_KAFKA_SECURITY: it would go in plain text; give SASL_SSL or SSL."
    passwords = {f"PLN_KAFKA_PASSWORD_{name.upper()}": word for name, word in settings.service_kafka_passwords.items()}
    for setting, word in sorted({**passwords, "PLN_KAFKA_PASSWORD": settings.kafka_password or ""}.items()):
        if word in KNOWN_PASSWORDS:
            yield f"{setting}: everybody knows it; give another."
