"""How a room says no. A refusal is a class whose docstring is the message that a person reads."""

from collections.abc import Sequence
from typing import ClassVar, Self


class Refused(Exception):
    """This cannot be done."""

    slug: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    field: str | None = None
    """Of a form, where it is about one; a refusal that any form can meet is told by whoever reads that form."""
    path: tuple[str | int, ...] = ()
    """Where in a body of the API it is, where that is not the field alone: as ("times", 2), the third of the times."""
    others: "Sequence[Refused]" = ()
    """What else stands in the way at once, each about a field of its own."""
    title: ClassVar[str] = "This cannot be done"
    """What has happened, in a few words: the heading of the page that says no."""

    what_to_do: ClassVar[str | None] = None
    """The sentence of its page that says what to do; None: what its status says."""

    def __init_subclass__(cls, *, slug: str, status: int = 409, field: str | None = None, title: str = "") -> None:
        """`title`: where the slug's words are none."""
        super().__init_subclass__()
        cls.slug, cls.status, cls.field = slug, status, field
        cls.title = title or slug.replace("-", " ").capitalize()

    def __init__(self, words: str | None = None) -> None:
        self.words = words or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.words)

    def about(self, field: str, *path: str | int) -> Self:
        """The same of one field, where its name is not the same on each form. `path`: where that is in a body of the
        API, if it is a part of a list or a mapping there."""
        self.field, self.path = field, path
        return self

    def by_field(self) -> dict[str, str]:
        """Field → words, for all that stands in the way; "": what is about no field."""
        found: dict[str, str] = {}
        for one in (self, *self.others):
            found.setdefault(one.field or "", one.words)
        return found

    def by_path(self) -> dict[str, str]:
        """The same by where it is in a body of the API: "times.2", the third of the times."""
        found: dict[str, str] = {}
        for one in (self, *self.others):
            found.setdefault(".".join(map(str, one.path)) or one.field or "", one.words)
        return found


def refuse_all(refusals: Sequence[Refused]) -> None:
    """Raises all of them as one, the first with the others. Nothing where there are none."""
    for first in refusals[:1]:
        first.others = refusals[1:]
        raise first


class NotFound(Refused, slug="not-found", title="Page not found", status=404):
    """There is nothing here. Check the address, or go back and follow the link again."""


class NotAllowed(Refused, slug="not-allowed", title="You do not have the role for this", status=403):
    """You do not have the role that this needs. Ask whoever runs your organisation's accounts."""


class SignInFirst(Refused, slug="sign-in-first", title="Sign in to see this page", status=401):
    """Please sign in first."""


class TokenNotGood(Refused, slug="token-not-good", title="Get a new token", status=401):
    """This token does not work, or no longer. Get a new one, or ask without any for what everybody may see."""


class ProveItIsYou(Refused, slug="prove-it-is-you", title="Show that it is you", status=401):
    """Before this we ask you to show again that it is you. Sign in once more; then it works for ten minutes."""


class NotTheNetwork(Refused, slug="not-the-network", title="Only the network can do this", status=403):
    """Only the staff of the organisation that runs the network can do this."""


class AccountNotHereYet(Refused, slug="account-not-here-yet", status=422, field="person_id"):
    """We do not know this account. If you made it just now, wait a few seconds and send this again."""


class SpeaksForThemselves(Refused, slug="speaks-for-themselves", status=409, field="person_id"):
    """This person can sign in, so they answer these questions themselves."""


class TryAgainSoon(Refused, slug="try-again-soon", title="Try again in a moment", status=503):
    """We are still catching up with your last change. Please try again in a moment."""


class Unavailable(Refused, slug="unavailable", title="Try again in a moment", status=503):
    """This page is not available now. Try again in a few minutes. What is sent twice is done once."""


class SameKeyOtherBody(Refused, slug="same-key-other-body", title="This was sent already", status=422):
    """This was already sent with other answers. Go back, load the page again and send it once more."""


class TooLarge(Refused, slug="too-large", title="That is too much to send", status=413):
    """This is too large to take. Please send less than 256 KB."""


class NotReadable(Refused, slug="not-readable", title="We could not read that", status=400):
    """What was sent could not be read."""


class NotYet(Exception):
    """A reaction needs something that another topic has not brought yet. It is tried again each second."""
