"""The words of the letters that the front desk sends itself: links to sign in, and news of an account."""

from dataclasses import dataclass
from urllib.parse import quote

from schemas import links

Words = tuple[str, str]
"""Subject and body."""


@dataclass(frozen=True)
class Letters:
    """Writes letters for one network. `base_url` is where its pages are."""

    network_name: str
    base_url: str

    def link(self, secret: str, *, called: str | None) -> Words:
        """`called`: the name of somebody who makes an account with this link; None for somebody we know."""
        url = f"{self.base_url}{links.SIGN_IN}/link?token={quote(secret)}"
        if called:
            return (
                f"Finish making your account – {self.network_name}",
                f"Hello {called},\n\nTo finish making your account, open this link and press the button:\n\n{url}\n\n"
                + self._small_print(),
            )
        return (
            f"Your link to sign in – {self.network_name}",
            f"Hello,\n\nTo sign in, open this link and press the button:\n\n{url}\n\n" + self._small_print(),
        )

    def opened(self, called: str, organisation: str) -> Words:
        return (
            f"You can now sign in for {organisation}",
            f"Hello {called},\n\n"
            f"{organisation} has added you to the {self.network_name}.\n"
            f"To sign in, go to {self.base_url}{links.SIGN_IN} and enter this e-mail address. "
            "We will send you a link. You do not need a password.\n\n"
            "If you did not expect this letter, you do not need to do anything.\n",
        )

    def _small_print(self) -> str:
        return (
            "The link works once, for 15 minutes.\n\n"
            "If you did not ask for it, you do not need to do anything. Nobody can sign in without this letter.\n"
        )
