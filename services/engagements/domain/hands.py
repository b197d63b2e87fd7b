"""Hands that may not decide about somebody: rules about two people count hands."""

from services.chassis.base.refusals import Refused


class NotYourOwn(Refused, slug="not-your-own", title="Somebody else has to do this", status=403):
    """This is about yourself. Somebody else in your organisation has to do it."""


class HelpedThem(Refused, slug="helped-them", title="Somebody else has to do this", status=403):
    """You did things here for this person, in their name. Somebody else has to decide about them."""
