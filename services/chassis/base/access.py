"""The signed token, and as whom its account may act today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from schemas.identity import Account, Membership, Organisation
from services.chassis.base.hands import Machine, Member, Operator, Person
from services.chassis.base.periods import LONDON as LONDON
from services.chassis.base.periods import Period, london_day

TOKEN_LIFE = timedelta(minutes=30)
RENEW_AFTER = timedelta(minutes=10)
_RENEW_SOONEST = timedelta(minutes=1)
_LEEWAY = timedelta(seconds=30)


@dataclass(frozen=True)
class Token:
    """What a signed token says."""

    account_id: UUID
    account_version: int
    session_id: UUID
    issued_at: datetime
    expires_at: datetime
    proved_at: datetime | None = None
    """When the person last proved who they are (`auth_time` of OpenID Connect); a machine never does."""

    def is_old(self, now: datetime) -> bool:
        """Whether it is renewed before the next page: a short one sooner, so that whoever does something is not sent
        away in the middle; the last one of a session, which cannot last longer, not at each page."""
        third = (self.expires_at - self.issued_at) / 3
        return now - self.issued_at > min(RENEW_AFTER, max(_RENEW_SOONEST, third))


def sign(token: Token, key: OKPKey) -> str:
    """The token as a JWS, EdDSA. Only identity holds a private key."""
    claims = {
        "sub": str(token.account_id),
        "ver": token.account_version,
        "sid": str(token.session_id),
        "iat": int(token.issued_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
    }
    if token.proved_at:
        claims["auth_time"] = int(token.proved_at.timestamp())
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
            proved_at=datetime.fromtimestamp(int(claims["auth_time"]), UTC) if "auth_time" in claims else None,
        )
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return token if token.issued_at - _LEEWAY <= now < token.expires_at + _LEEWAY else None


def session_ended(account: Account, token: Token) -> bool:
    return any(ended.session_id == token.session_id for ended in account.ended_sessions)


def person(account: Account, token: Token) -> Person:
    """Whoever the token is of, for themselves."""
    return Person(person_id=account.id, **_signed_in(account, token))


def member(account: Account, token: Token, ods_code: str) -> Member | None:
    """The account acting for an organisation with the roles of today, or None when it is not a member today."""
    current = [one for one in _memberships_today(account) if one.ods_code == ods_code]
    if not current:
        return None
    kind = Machine if account.kind == "machine" else Member
    return kind(
        organisation_id=current[0].organisation_id,
        ods_code=ods_code,
        roles=frozenset(role for one in current for role in one.roles),
        granted_under=frozenset(who for one in current for who in one.granted_under),
        **_signed_in(account, token),
    )


HOSTED_ROLES = frozenset({"coordinator", "approver", "finance"})
"""What a host does for an organisation: it drafts, approves and pays. Who its staff are, and training, stay its own."""


def host_member(account: Account, token: Token, organisation: Organisation) -> Member | None:
    """The account acting for an organisation whose host it is a member of today; None when there is no such host."""
    today = london_day(datetime.now(UTC))
    for host in organisation.hosts:
        own = member(account, token, host.ods_code) if Period.of(host).in_force_on(today) else None
        if own and (roles := own.roles & HOSTED_ROLES):
            return replace(own, organisation_id=organisation.id, ods_code=organisation.ods_code, roles=roles)
    return None


def only_organisation(account: Account) -> str:
    """The ODS code of the one organisation that the account works for today; "" of several, and of none."""
    codes = {one.ods_code for one in _memberships_today(account)}
    return codes.pop() if len(codes) == 1 else ""


def operator(account: Account, token: Token) -> Operator | None:
    """The account as an operator of the network, or None when it has that role nowhere today."""
    if any("operator" in one.roles for one in _memberships_today(account)):
        return Operator(**_signed_in(account, token))
    return None


def _signed_in(account: Account, token: Token) -> dict[str, Any]:
    return {
        "by": account.id,
        "called": account.called,
        "session_id": token.session_id,
        "staff_of": tuple(one.ods_code for one in _memberships_today(account)),
        "proved_at": token.proved_at,
    }


def _memberships_today(account: Account) -> list[Membership]:
    today = london_day(datetime.now(UTC))
    return [one for one in account.memberships if Period.of(one).in_force_on(today)]
