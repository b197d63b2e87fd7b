"""What the environment says. Read once, checked at start; every name begins with PLN_."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from services.chassis.base import failpoints
from services.chassis.base.addresses import EmailAddress, WrongAddress
from services.chassis.base.leader_words import BY_DEFAULT, LeaderWords

_FILE = "_FILE"


class BadSettings(Exception):
    """A setting is missing or cannot be read. The message names it."""


class Settings(BaseSettings):
    """All settings of a process. Durations in seconds. Only `from_environment` reads the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="PLN_")

    profile: Literal["demo", "production", "test"] = "production"
    database_url: str | None = Field(default=None, description="administrator's DSN: makes roles, schemas, tables")
    service_database_urls: dict[str, str] = Field(
        default={}, description="PLN_DATABASE_URL_<SERVICE>: a service's own DSN"
    )
    kafka_bootstrap_servers: str
    kafka_security: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL"] = Field(
        default="PLAINTEXT", description="how each client of Kafka says who it is: SASL by password, SSL by certificate"
    )
    kafka_password: str | None = Field(
        default=None, repr=False, description="the administrator's: makes users, access and topics"
    )
    kafka_admin: str = Field(default="admin", description="the administrator's user in Kafka")
    kafka_admin_mechanism: Literal["PLAIN", "SCRAM-SHA-512"] = "PLAIN"
    service_kafka_passwords: dict[str, str] = Field(
        default={}, repr=False, description="PLN_KAFKA_PASSWORD_<SERVICE>: a service's own password in Kafka"
    )
    kafka_ca: Path | None = Field(default=None, description="PEM file of the authority of Kafka's certificate")
    kafka_certificate: str | None = Field(
        default=None, description="PEM file of our own key and certificates; {who} in it is the user's name"
    )
    topic_prefix: str = Field(default="", pattern=r"^[a-z0-9-]*$", description="set apart networks that share a Kafka")
    host: str = "127.0.0.1"
    http_port: int = Field(default=8400, ge=0, le=65535)
    ops_port: int = Field(default=8401, ge=0, le=65535)
    base_url: str = Field(
        default="http://127.0.0.1:8400",
        pattern=r"^https?://[^\s/?#@]+[^\s?#]*$",
        description="where the network's pages are, and the schemas that its events point to",
    )
    network_uri: str = Field(
        default="",
        pattern=r"^([a-z][a-z0-9+.-]*:[A-Za-z0-9\-._~:/%!$&'()*+,;=\[\]]*[A-Za-z0-9])?$",
        description="names the network in its events (ce_source), an absolute URI that stays; else PLN_BASE_URL does",
    )
    event_types: Literal["full", "short"] = Field(
        default="full", description="short: ce_type and ce_source as before, while somebody still reads only those"
    )
    state_dir: Path = Path(".pln/run")
    shared_dir: Path | None = Field(
        default=None, description="a second state folder that prepare fills: only what every service may know"
    )
    plain_text_to: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9.:_-]*(, *[A-Za-z0-9.:_-]+)*$",
        description="production: hosts reached over a network that nobody else is on, where plain text may go",
    )
    smtp_url: str = Field(
        default="smtp://127.0.0.1:2525",
        pattern=r"^(smtp|smtps|smtp\+starttls)://",
        description="smtps: TLS from the first byte; smtp+starttls: nothing is said before TLS; smtp: TLS if offered",
    )
    smtp_ca: Path | None = Field(default=None, description="PEM file of the authority of the mail server's certificate")
    mailbox_url: str | None = None
    network_name: str = "Patient leadership network"
    feed_licence: str = Field(
        default="https://creativecommons.org/licenses/by/4.0/",
        pattern=r"^https://[^\s\"\\<>]+$",
        description="the address of the licence under which other sites may show what the feeds say",
    )
    patient_leader: str = Field(
        default=BY_DEFAULT, description="what people of the pool are called here: one, with a or an, a slash, and many"
    )
    phone: str = "0300 555 0100"
    phone_hours: str = Field(default="Monday to Friday, 9am to 5pm", description="when somebody answers the phone")
    text_relay: str = Field(
        default="18001", description="dialled before the number by whoever uses Relay UK; empty where nobody can"
    )
    complaints_to: str = Field(
        default="", description="an e-mail address for complaints and questions about data; by phone where empty"
    )
    email_from: str = "no-reply@network.example"
    email_reply_to: str = Field(default="", description="whom an answer to a letter reaches; nobody where empty")
    notify_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+)?$",
        description="where texts go out: https://api.notifications.service.gov.uk; none are sent where it is empty",
    )
    notify_key: str = Field(
        default="",
        repr=False,
        pattern=r"^(.*[0-9a-fA-F-]{36}-[0-9a-fA-F-]{36})?$",
        description="the API key of GOV.UK Notify for them",
    )
    notify_template: str = Field(
        default="",
        pattern=r"^([0-9a-fA-F-]{36})?$",
        description="the id of the template there that says ((text)) and nothing else",
    )
    workers: int = Field(default=4, ge=1, le=7, description="reactions handled at once in one service")
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=60,
        description="after SIGTERM: not ready, still answering, so that a balancer can turn away",
    )
    client_address_header: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]*$",
        description="behind a proxy: the header in which it says from which address a request came, e.g. X-Real-IP",
    )
    access_log: bool = Field(default=False, description="a line in the log for each request, without its query")
    limits_times: int = Field(
        default=1, ge=1, le=100_000, description="so many times the limits on how often something is done, for trials"
    )
    failpoint: str = Field(
        default="", pattern=failpoints.PATTERN, description="fault tests: chassis/base/failpoints.py"
    )

    @field_validator("email_from", "email_reply_to", "complaints_to")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        """No letter could be written with another."""
        try:
            return EmailAddress.read(text).kept if text else text
        except WrongAddress as wrong:
            raise ValueError(wrong.words) from None

    @field_validator("patient_leader")
    @classmethod
    def _is_one_and_many(cls, text: str) -> str:
        return " / ".join(LeaderWords.read(text))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises BadSettings with one line for each setting that is wrong.

        `PLN_…_FILE` names a file that holds the setting, as containers are given secrets.
        """
        environment = _with_files(environment)
        by_service = {
            "service_database_urls": _by_service(environment, "PLN_DATABASE_URL_"),
            "service_kafka_passwords": _by_service(environment, "PLN_KAFKA_PASSWORD_"),
        }
        try:
            read = cls.model_validate(_Environment(cls, environment)() | by_service)
        except ValidationError as wrong:
            lines = [f"PLN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in wrong.errors()]
            raise BadSettings("\n".join(lines)) from None
        except SettingsError as wrong:
            raise BadSettings(str(wrong)) from None
        if read.kafka_security == "PLAINTEXT" and (read.kafka_password or read.service_kafka_passwords):
            raise BadSettings("PLN_KAFKA_SECURITY: there is a password for Kafka, so say SASL_SSL or SASL_PLAINTEXT")
        return read

    @property
    def leader_words(self) -> LeaderWords:
        return LeaderWords.read(self.patient_leader)

    @property
    def sends_texts(self) -> bool:
        return bool(self.notify_url)

    @property
    def plain_text_hosts(self) -> set[str]:
        return {host.strip() for host in self.plain_text_to.split(",") if host.strip()}

    def service_dsn(self, service: str) -> str:
        """The DSN with which a service logs in: its own setting, else derived from the administrator's."""
        if own := self.service_database_urls.get(service):
            return own
        parts = urlsplit(self.admin_dsn())
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{service}:{quote(self.role_password(service))}@{host}"))

    def admin_dsn(self) -> str:
        if not self.database_url:
            raise BadSettings("PLN_DATABASE_URL: Field required (or PLN_DATABASE_URL_<SERVICE> for each service)")
        return self.database_url

    def role_password(self, service: str) -> str:
        """The one in the service's own DSN, else one that everybody makes alike who knows the administrator's password.

        So two networks can share a server. Raises BadSettings for a quote in it, which SQL could not take.
        """
        if own := urlsplit(self.service_database_urls.get(service, "")).password:
            if "'" in unquote(own):
                raise BadSettings(f"PLN_DATABASE_URL_{service.upper()}: its password has a quote in it; choose another")
            return unquote(own)
        password = urlsplit(self.admin_dsn()).password or ""
        return hmac.new(password.encode(), f"pln:{service}".encode(), hashlib.sha256).hexdigest()

    def kafka_password_of(self, who: str) -> str:
        """Its own setting, else one that everybody makes alike who knows the administrator's. `who`: without prefix."""
        if own := self.service_kafka_passwords.get(who):
            return own
        if not self.kafka_password:
            raise BadSettings(f"PLN_KAFKA_PASSWORD_{who.upper()}: Field required (or PLN_KAFKA_PASSWORD)")
        what = f"pln:kafka:{self.topic_prefix}{who}"
        return hmac.new(self.kafka_password.encode(), what.encode(), hashlib.sha256).hexdigest()

    def secret(self, name: str) -> bytes:
        """A secret of this network, made at first use and kept in the state folder (PLN_STATE_DIR), mode 0600."""
        path = self.state_dir / "keys" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
            part.touch(mode=0o600)
            part.write_bytes(secrets.token_bytes(32))
            with suppress(FileExistsError):
                os.link(part, path)  # the first one wins, and nobody reads half a secret
            part.unlink()
        return path.read_bytes()


def _by_service(environment: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name[len(prefix) :].lower(): value for name, value in environment.items() if name.startswith(prefix)}


def _with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The same, with the content of each file that a `PLN_…_FILE` names."""
    found = dict(environment)
    for name in [name for name in environment if name.startswith("PLN_") and name.endswith(_FILE)]:
        try:
            found[name.removesuffix(_FILE)] = Path(found.pop(name)).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise BadSettings(f"{name}: the file cannot be read ({type(error).__name__})") from None
    return found


class _Environment(EnvSettingsSource):
    """Reads a given environment, which need not be this process's own."""

    def __init__(self, settings: type[BaseSettings], environment: Mapping[str, str]) -> None:
        self._environment = environment
        super().__init__(settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environment.items()}
