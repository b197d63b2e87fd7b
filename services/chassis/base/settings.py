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
    topic_prefix: str = Field(default="", pattern=r"^[a-z0-9-]*$", description="set apart networks that share a Kafka")
    host: str = "127.0.0.1"
    http_port: int = Field(default=8400, ge=0, le=65535)
    ops_port: int = Field(default=8401, ge=0, le=65535)
    base_url: str = "http://127.0.0.1:8400"
    state_dir: Path = Path(".pln/run")
    shared_dir: Path | None = Field(
        default=None, description="a second state folder that prepare fills: only what every service may know"
    )
    smtp_url: str = "smtp://127.0.0.1:2525"
    mailbox_url: str | None = None
    network_name: str = "Patient leadership network"
    phone: str = "0300 555 0100"
    email_from: str = "no-reply@network.example"
    email_reply_to: str = Field(default="", description="whom an answer to a letter reaches; nobody where empty")
    workers: int = Field(default=4, ge=1, le=7, description="reactions handled at once in one service")
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=60,
        description="after SIGTERM: not ready, still answering, so that a balancer can turn away",
    )
    failpoint: str = Field(
        default="", pattern=failpoints.PATTERN, description="fault tests: chassis/base/failpoints.py"
    )

    @field_validator("email_from", "email_reply_to")
    @classmethod
    def _is_an_address(cls, text: str) -> str:
        """No letter could be written with another."""
        try:
            return EmailAddress.read(text).kept if text else text
        except WrongAddress as wrong:
            raise ValueError(wrong.words) from None

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
        """Raises BadSettings with one line for each setting that is wrong."""
        prefix = "PLN_DATABASE_URL_"
        urls = {name[len(prefix) :].lower(): url for name, url in environment.items() if name.startswith(prefix)}
        try:
            return cls.model_validate({**_Environment(cls, environment)(), "service_database_urls": urls})
        except ValidationError as wrong:
            lines = [f"PLN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in wrong.errors()]
            raise BadSettings("\n".join(lines)) from None
        except SettingsError as wrong:
            raise BadSettings(str(wrong)) from None

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

    def secret(self, name: str) -> bytes:
        """A secret of this network, made at first use and kept in the state folder (PLN_STATE_DIR), mode 0600."""
        path = self.state_dir / "keys" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{name}.{secrets.token_hex(4)}.part")
            part.write_bytes(secrets.token_bytes(32))
            part.chmod(0o600)
            with suppress(FileExistsError):
                os.link(part, path)  # the first one wins, and nobody reads half a secret
            part.unlink()
        return path.read_bytes()


class _Environment(EnvSettingsSource):
    """Reads a given environment, which need not be this process's own."""

    def __init__(self, settings: type[BaseSettings], environment: Mapping[str, str]) -> None:
        self._environment = environment
        super().__init__(settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._environment.items()}
