"""What stands against letting somebody sign in with the mailbox by which we reach them. Pure."""

from services.chassis.base.refusals import Refused


class SignsIn(Refused, slug="signs-in", title="You can sign in already", status=409):
    """There is a way to sign in to this account already."""

    what_to_do = "Go to “Sign in” and type the e-mail address that you sign in with. We send you a link."


class NotYet(Refused, slug="no-letter-yet", title="This is not ready yet", status=409):
    """What you said a moment ago is not here yet, or nothing of you is kept any more. No letter was sent."""

    what_to_do = "Wait a minute, open the link of our message once more and press the button again."


class NoMailbox(Refused, slug="no-mailbox", title="We have no e-mail address for you", status=409):
    """We ring you, or write to you on paper, so there is no mailbox to which we could send a link. Nothing was sent."""

    what_to_do = "Talk to us: we can do for you on the phone what you would do on these pages."


class PageTooOld(Refused, slug="page-too-old", title="This page was open for too long", status=409):
    """The page on which you pressed the button was open for more than an hour. No letter was sent."""

    what_to_do = "Open the link of our message once more and press the button again."


class LettersEnough(Refused, slug="letters-enough", title="We have sent several letters", status=429):
    """We have sent several letters to that mailbox already, so we send no more now. Look for the last one."""

    what_to_do = "Look among your spam too, or press the button again tomorrow."
