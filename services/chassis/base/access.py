"""Who is asking: the signed token, and what a person may do for an organisation today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from schemas.identity import Account, Membership

LONDON = ZoneInfo("Europe/London")
TOKEN_LIFE = timedelta(minutes=30)
RENEW_AFTER = timedelta(minutes=10)
_LEEWAY = timedelta(seconds=30)


@dataclass(frozen=True)
class Acting:
    """Who asks. `door` is system for Kafka and the clock, person for whoever is signed in, else anonymous."""

    door: Literal["system", "person", "anonymous"]
    person_id: UUID | None = None
    called: str | None = None
    organisation_id: UUID | None = None
    ods_code: str | None = None
    roles: frozenset[str] = frozenset()
    session_id: UUID | None = None
    staff_of: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For records of who did something: an id, never a name."""
        return str(self.person_id) if self.person_id else self.door


SYSTEM = Acting("system")
ANONYMOUS = Acting("anonymous")


@dataclass(frozen=True)
class Token:
    """What a signed token says."""

    account_id: UUID
    account_version: int
    session_id: UUID
    issued_at: datetime
    expires_at: datetime


def sign(token: Token, key: OKPKey) -> str:
    """The token as a JWS, EdDSA. Only identity holds a private key."""
    claims = {
        "sub": str(token.account_id),
        "ver": token.account_version,
        "sid": str(token.session_id),
        "iat": int(token.issued_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])


def verify(text: str, keys: KeySet, now: datetime) -> Token | None:
    """The token, or None when it is not ours, not whole or out of date (30 s of leeway between clocks)."""
    try:
        claims: Mapping[str, Any] = jwt.decode(text, keys, algorithms=["Ed25519"]).claims
        token = Token(
            account_id=UUID(claims["sub"]),
            account_version=int(claims["ver"]),
            session_id=UUID(claims["sid"]),
            issued_at=datetime.fromtimestamp(int(claims["iat"]), UTC),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
        )
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return token if token.issued_at - _LEEWAY <= now < token.expires_at + _LEEWAY else None


def session_ended(account: Account, token: Token) -> bool:
    return any(ended.session_id == token.session_id for ended in account.ended_sessions)


def london_day(moment: datetime) -> date:
    """The day on which people in England see this moment."""
    return moment.astimezone(LONDON).date()


def person(account: Account, token: Token) -> Acting:
    staff_of = tuple(membership.ods_code for membership in _memberships_today(account))
    return Acting("person", person_id=account.id, called=account.called, session_id=token.session_id, staff_of=staff_of)


def member(account: Account, token: Token, ods_code: str) -> Acting | None:
    """The person acting for an organisation with the roles of today, or None when they are not a member today."""
    current = [one for one in _memberships_today(account) if one.ods_code == ods_code]
    if not current:
        return None
    roles = frozenset(role for one in current for role in one.roles)
    of = current[0].organisation_id
    return replace(person(account, token), organisation_id=of, ods_code=ods_code, roles=roles)


def _memberships_today(account: Account) -> list[Membership]:
    today = london_day(datetime.now(UTC))
    return [one for one in account.memberships if one.valid_from <= today <= (one.valid_to or today)]
