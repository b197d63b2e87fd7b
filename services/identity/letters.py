"""The words of the front desk's letters that have a link: to sign in, to answer an invitation, to change an address.

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

    def new_address(self, secret: str) -> Words:
        """To a mailbox that nobody has proved: nothing that anybody typed, and not whose account it is."""
        url = self._to_change(secret)
        return (
            f"Is this your e-mail address? – {self.network_name}",
            "Hello,\n\nSomebody, perhaps you, wants to sign in with this e-mail address from now on. They have an"
            f" account with us already.\n\nSay yes or no here:\n\n{url}\n\n{self._of_change()}",
        )

    def first_address(self, secret: str) -> Words:
        """The same where there is no mailbox of before."""
        url = self._to_change(secret)
        return (
            f"Is this your e-mail address? – {self.network_name}",
            "Hello,\n\nSomebody, perhaps you, wants to sign in with this e-mail address from now on. They have begun to"
            f" join us without one.\n\nSay yes or no here:\n\n{url}\n\nThe link works once, for 24 hours. If you do"
            f" nothing, nothing changes.\n\n{self._signature()}",
        )

    def old_address(self, secret: str, *, called: str, new: str) -> Words:
        """To the mailbox of today. `new`: as its person typed it."""
        url = self._to_change(secret)
        return (
            f"Do you want to sign in with another e-mail address? – {self.network_name}",
            f"Hello {called},\n\nSomebody, perhaps you, wants to change the e-mail address that you sign in with. The"
            f" new one is to be:\n\n{new}\n\nWas it you? Say yes here. Was it not? Say no there, and nothing changes:"
            f"\n\n{url}\n\n{self._of_change()}",
        )

    def address_is_taken(self) -> Words:
        """To somebody who has an account, when another account asks for their address."""
        return (
            f"You have an account with this e-mail address – {self.network_name}",
            "Hello,\n\nSomebody, perhaps you, wants to sign in to another account with this e-mail address. You have an"
            " account with it already, and one address is for one account. So nothing has changed.\n\nWas it you? Then"
            f" sign in to the account that you have: {self.base_url}{links.SIGN_IN}\n\n"
            "Was it not? Then you do not need to do anything.\n\n" + self._signature(),
        )

    def _to_change(self, secret: str) -> str:
        return f"{self.base_url}{links.SIGN_IN}/address?token={quote(secret)}"

    def _of_change(self) -> str:
        return (
            "The link works once, for 24 hours. The address changes when both mailboxes have said yes: the new one and"
            " the old one. If you do nothing, nothing changes.\n\n" + self._signature()
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
