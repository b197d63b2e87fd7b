"""The words of the letters by which the front desk says that something about an account has changed.

Each says what happened, what to do if it was not meant, and where. They hold no link that signs anybody in.
"""

from collections.abc import Iterable
from datetime import date, datetime

from schemas import links
from services.chassis.base.access import LONDON
from services.chassis.base.wording import day
from services.identity.letters import Letters, Words
from services.identity.words import ROLE_NAME


def roles_given(letters: Letters, *, called: str, organisation: str, roles: Iterable[str]) -> Words:
    """To whoever may do more now."""
    return (
        f"You have a new role at {organisation}",
        f"Hello {called},\n\n{organisation} has given you the role: {_named(roles)}.\n\n"
        + _not_expected(letters, "If you did not expect this, tell an administrator of the organisation, or us."),
    )


def roles_ended(letters: Letters, *, called: str, organisation: str, roles: Iterable[str]) -> Words:
    """To whoever may do less now."""
    return (
        f"A role of yours at {organisation} has ended",
        f"Hello {called},\n\nYou no longer have the role {_named(roles)} at {organisation}.\n\n"
        + _not_expected(letters, "If you did not expect this, ask an administrator of the organisation, or us."),
    )


def told_of_grant(letters: Letters, *, to: str, by: str, organisation: str, ods: str, roles: Iterable[str]) -> Words:
    """To the other administrators: a role that leads to money was given."""
    return (
        f"{to} has a new role at {organisation}",
        f"Hello,\n\n{by} has given {to} the role: {_named(roles)}, at {organisation}.\n\n"
        "We tell each administrator when somebody gets a role that leads to money. "
        "If this is right, you do not need to do anything.\n\n"
        f"If it is not right, end the role today: {letters.base_url}{links.STAFF_ROLES.format(ods=ods)}\n",
    )


def roles_wait(letters: Letters, *, to: str, by: str, organisation: str, ods: str, roles: Iterable[str]) -> Words:
    """To the network's finance: roles that went back and forth wait for them."""
    return (
        f"A role at {organisation} waits for you",
        f"Hello,\n\n{by} wants to give {to} the role: {_named(roles)}, at {organisation}. "
        f"{to} gave {by} a role in the last 30 days, so somebody in the network's finance has to agree.\n\n"
        f"Ask both of them why. Then say yes or no here: {letters.base_url}{links.STAFF_GRANTS.format(ods=ods)}\n",
    )


def roles_answered(*, to: str, organisation: str, roles: Iterable[str], since: date | None) -> Words:
    """To whoever asked for roles that waited. `since`: their first day; None where the answer is no."""
    said = "yes" if since else "no"
    now = f"It counts from {day(since)}." if since else f"{to} does not get it. If this seems wrong, ask us."
    return (
        f"The network has said {said} to a role at {organisation}",
        f"Hello,\n\nYou asked for the role: {_named(roles)}, for {to}, at {organisation}. "
        f"The network's finance has said {said}. {now}\n",
    )


def roles_refused(letters: Letters, *, called: str, organisation: str, roles: Iterable[str]) -> Words:
    """To whoever was to get roles that waited."""
    return (
        f"The network has said no to a role of yours at {organisation}",
        f"Hello {called},\n\n{organisation} asked for a role for you: {_named(roles)}. "
        "The network's finance has said no, so you do not have it. Nothing else has changed.\n\n"
        + _not_expected(letters, "If you think that this is wrong, ask an administrator of the organisation, or us."),
    )


def new_browser(letters: Letters, *, called: str, at: datetime) -> Words:
    """To whoever signed in from a browser that was not seen before."""
    return (
        "Somebody signed in to your account from a new browser",
        f"Hello {called},\n\nOn {at.astimezone(LONDON):%-d %B at %H:%M} somebody signed in to your account from a "
        "browser that we had not seen before. If this was you, you do not need to do anything.\n\n"
        "If this was not you, somebody can read your e-mail: change the password of your mailbox now, and tell us. "
        f"Then sign in and sign out again: {letters.base_url}{links.SIGN_IN}\n",
    )


def address_changed(letters: Letters, *, called: str) -> Words:
    """To the mailbox of before. Not what the new address is: somebody else may read this one by now."""
    help_line = f" Ring us: {letters.phone}." if letters.phone else " Tell us at once."
    return (
        "You sign in with another e-mail address now",
        f"Hello {called},\n\nThe e-mail address that you sign in with was changed. Both mailboxes had said yes. "
        "From now on a link to sign in goes to the new address, and none comes here.\n\n"
        "We signed you out everywhere else. How we reach you with news has not changed: you choose that on its own "
        f"page, {letters.base_url}{links.MY_MESSAGES}\n\n"
        f"If this was not you, somebody can read your e-mail.{help_line}\n",
    )


def secret_ends(letters: Letters, *, machine: str, organisation: str, address: str, at: datetime) -> Words:
    """To every administrator of the organisation whose machine it is."""
    return (
        f"The secret of {machine} ends soon",
        f"Hello,\n\nA secret with which {machine} works for {organisation} ends on {at.astimezone(LONDON):%-d %B %Y}. "
        "After that day the machine cannot get in by it.\n\n"
        f"Make a new secret now, and give it to the machine:\n{letters.base_url}{address}\n",
    )


def admin_recovered(letters: Letters, *, called: str) -> Words:
    """To every administrator of the network, and to the one who was made."""
    return (
        f"{called} is an administrator of the network now",
        f"Hello,\n\nSomebody on the network's own machine has made {called} an administrator of the network, "
        "with the command that is meant for when nobody else can.\n\n"
        "If you did not expect this, ring whoever keeps the network running, now.\n",
    )


def _named(roles: Iterable[str]) -> str:
    return ", ".join(ROLE_NAME.get(role, role) for role in sorted(roles))


def _not_expected(letters: Letters, what_to_do: str) -> str:
    return f"{what_to_do}\nYour account: {letters.base_url}/sign-in/mine\n"
