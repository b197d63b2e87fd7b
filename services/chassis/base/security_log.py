"""The security log: who came in, who was refused, who was given what, who looked at what of whom. Ids and codes.

Lines of the logger `security`, beside all others, each with one of the names below. Where it fits, a name is that of
OWASP's logging vocabulary. No name, address, secret or words of anybody: a value is an id, a number or a code of ours,
and whatever is none of these is left out. SECURITY.md says how long such lines are kept.
"""

import re
from enum import StrEnum
from uuid import UUID

import structlog

LOGGER = "security"
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
"""What a value of ours may look like: a slug, a kind, a name of a limit."""


class Happened(StrEnum):
    """Every name that is ever written, and when."""

    SIGNED_IN = "authn_login_success"
    """Somebody signed in: by a link, in the demo, or as the first administrator."""
    SIGN_IN_FAILED = "authn_login_fail"
    """A link or a secret was shown that does not work, or no longer."""
    TOKEN_MADE = "authn_token_created"  # noqa: S105
    """A machine showed its secret and got a token."""
    SIGNED_OUT = "authn_token_revoked"
    """A session or a machine's secret was ended."""
    KEY_USED = "authn_key_used"
    """The start secret was shown, right or wrong."""
    REFUSED = "authz_fail"
    """401, 403, or 404 to an account that may not see what is there or ask for what is not."""
    ROLES_CHANGED = "authz_change"
    """Roles were granted or ended, or a machine got a secret."""
    OPERATED = "authz_admin"
    """An operator looked for, retried or discarded what was stuck, or an administrator's command was run."""
    TOO_OFTEN = "excess_rate_limit_exceeded"
    """Somebody did something more often than its limit allows."""
    FOREIGN = "malicious_cors"
    """Another site sent a request in a visitor's name."""
    ACCOUNT_OPENED = "user_created"
    """An account was made."""
    ACCOUNT_CHANGED = "user_updated"
    """A change of the address that somebody signs in with was asked for, agreed to, refused, stopped or made."""
    ACCOUNT_GONE = "user_deleted"
    """Somebody asked to be forgotten."""
    ADDRESS_MADE = "sensitive_create"
    """An address was made at which something of somebody can be read without signing in: their calendar."""
    ADDRESS_ENDED = "sensitive_delete"
    """Such an address was stopped."""
    LOOKED = "sensitive_read"
    """Staff looked at what is kept of a person."""
    TAKEN_AWAY = "sensitive_export"
    """A file was downloaded, or a list as CSV."""


def note(
    happened: Happened,
    *,
    by: UUID | None = None,
    of: UUID | None = None,
    organisation: UUID | None = None,
    what: str = "",
    count: int | None = None,
    status: int | None = None,
    route: str = "",
) -> None:
    """Write one line. `by`: the account that did it; `of`: whom it is about; `what`: a code of ours for more.

    `route`: as it is declared, without what stands in its place.
    """
    ids = {"user.id": by, "pln.subject.id": of, "pln.organisation.id": organisation}
    fields: dict[str, object] = {name: str(id) for name, id in ids.items() if id is not None}
    if _CODE.fullmatch(what):
        fields["pln.what"] = what
    if count is not None:
        fields["pln.count"] = count
    if route:
        fields["http.route"] = route
    if status is not None:
        fields["http.response.status_code"] = status
    loud = happened in (Happened.FOREIGN, Happened.TOO_OFTEN, Happened.SIGN_IN_FAILED, Happened.REFUSED)
    say = _log.warning if loud else _log.info
    say("security", **{"event.name": str(happened), "logger": LOGGER}, **fields)


_log = structlog.get_logger()
