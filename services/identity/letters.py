"""The words of the letters that the front desk sends itself: links to sign in, and invitations.

Nobody is greeted by a name that somebody else has typed: an address may be a stranger's until a link has proved it.
"""

from dataclasses import dataclass
from urllib.parse import quote

from schemas import links

Words = tuple[str, str]
"""Subject and body."""


@dataclass(frozen=True)
class Letters:
    """Writes letters for one network. `base_url` is where its pages are, `phone` how to reach its people."""

    network_name: str
    base_url: str
    phone: str = ""

    def link(self, secret: str, *, called: str | None) -> Words:
        """`called`: whose account it signs in to, as they call themselves; None where it makes one."""
        url = f"{self.base_url}{links.SIGN_IN}/link?token={quote(secret)}"
        if called is None:
            return (
                f"Finish making your account – {self.network_name}",
                f"Hello,\n\nSomebody, perhaps you, asked for a link with this e-mail address. It has no account with"
                f" us yet.\n\nMake your account:\n\n{url}\n\n{self._small_print()}",
            )
        return (
            f"Your link to sign in – {self.network_name}",
            f"Hello,\n\nSign in as {called}:\n\n{url}\n\n" + self._small_print(),
        )

    def invitation(self, secret: str, organisation: str) -> Words:
        """`organisation`: its name. What was typed about the person is not in it."""
        url = f"{self.base_url}{links.SIGN_IN}/invited?token={quote(secret)}"
        return (
            f"{organisation} invites you – {self.network_name}",
            f"Hello,\n\n{organisation} asks you to work with it in the {self.network_name}.\n\n"
            f"See what it asks, and say yes or no:\n\n{url}\n\n"
            "You do not need a password. The link works for 14 days.\n\n"
            "If you did not expect this, you do not need to do anything. Nothing changes until you say yes.\n\n"
            + self._signature(),
        )

    def _small_print(self) -> str:
        return (
            "Open the link, and press the button on its page. It works once, for 60 minutes. If it has run out, open"
            " it all the same: there you can ask for a new one.\n\n"
            "If you did not ask for it, you do not need to do anything. Nobody can sign in without this letter.\n\n"
            + self._signature()
        )

    def _signature(self) -> str:
        """After two dashes and a space: what mail programs know as one, and leave out of an answer."""
        return f"-- \n{self.network_name}\n" + (f"Phone {self.phone}\n" if self.phone else "")
