"""How draws say no."""

from services.chassis.base.refusals import Refused


class NotByLot(Refused, slug="not-by-lot", title="Places of this role are not drawn", status=409):
    """This role did not say that its places are drawn by lot. Only a role that says so when it is posted can be drawn,
    so that everybody knows it who answers.
    """


class DrawFirst(Refused, slug="draw-first", title="The places are drawn first", status=409):
    """The places of this role are drawn by lot. Nothing is offered before the draw was made and confirmed."""


class RulesStand(Refused, slug="rules-stand", title="The rules of this draw stay", status=409):
    """The role has closed. People have read the rules of its draw, so they stay as they are."""


class RuleNotAsked(Refused, slug="rule-not-asked", status=422, field="at_least"):
    """One of the rules is about something that nobody is asked for this role. Take it away."""


class RuleTwice(Refused, slug="rule-twice", status=422, field="at_least"):
    """Two rules are about the same answer. Keep one of them."""


class RulesAgainstEachOther(Refused, slug="rules-against-each-other", status=422, field="at_least"):
    """The rules ask for more people than there are places."""


class DrawTooEarly(Refused, slug="draw-too-early", title="The role is still open", status=409):
    """People can still show interest. Draw when the role has closed, so that everybody has the same chance."""


class CalledOff(Refused, slug="draw-called-off", title="This was called off", status=409):
    """This role was called off, so nothing is drawn and nothing is offered."""


class AlreadyDrawn(Refused, slug="already-drawn", title="This was drawn already", status=409):
    """This was drawn already. It is drawn once, and again only after an objection that was right."""


class NobodyToDraw(Refused, slug="nobody-to-draw", title="Nobody is in the draw", status=409):
    """Nobody is in the draw, so there is nobody to draw from. You can open the role again."""


class NoPlaceToDraw(Refused, slug="no-place-to-draw", title="No place is left", status=409):
    """Every place is taken, or held by an offer that waits for an answer, so there is none to draw."""


class NoDrawNeeded(Refused, slug="no-draw-needed", title="No draw is needed", status=409):
    """There is a place for everybody who is in the draw, so no draw is needed. Offer a place to each of them."""


class DrawChanged(Refused, slug="draw-changed", title="This has changed meanwhile", status=409):
    """Somebody came, left or drew since you opened the page. Load it again, and look once more."""


class RulesOutOfReach(Refused, slug="rules-out-of-reach", status=422, field="as_near"):
    """The rules cannot all be met by what people gave. We do not say which one, as that could tell what one person
    gave. Nothing is drawn yet. Tick this to draw as near to the rules as can be.
    """


class NotDrawnYet(Refused, slug="not-drawn-yet", title="This is not drawn yet", status=409):
    """This is not drawn yet. It is drawn after the role has closed."""


class DrawConfirmed(Refused, slug="draw-confirmed", title="This draw is confirmed", status=409):
    """This draw was confirmed already, and the places are offered."""


class ConfirmFirst(Refused, slug="confirm-first", title="Confirm the draw first", status=409):
    """The places of this role are drawn, and nobody has confirmed it yet. Confirm the draw first: nobody is taken out
    of it once it is known who was drawn.
    """


class ObjectionFirst(Refused, slug="objection-first", title="Somebody objects to this draw", status=409):
    """Somebody objects to this draw. Somebody who did not draw it answers that first."""


class SomebodyElseWrites(Refused, slug="somebody-else-writes", title="Somebody else has to write this", status=403):
    """This is about a draw of your own organisation, or of one that yours hosts, so you do not read or write it for
    somebody. Somebody can who helps this person for another organisation, or for the network.
    """


class TooLateToGive(Refused, slug="too-late-to-give", title="It was drawn already", status=409):
    """It was drawn already, so what the draw may use stays as it was."""


class NotWaiting(Refused, slug="not-waiting", title="You are not in this draw", status=409):
    """You do not wait for a place in this role, so there is nothing to say for its draw."""


class NotAsked(Refused, slug="not-asked", status=422, field="knows"):
    """This role does not ask about that. Choose one of those that it names, or rather not say."""


class NoArea(Refused, slug="no-area", status=422, field="area"):
    """We do not know where you live. Say it in what fits you first, or leave this empty."""


class NotInThisDraw(Refused, slug="not-in-this-draw", title="You were not in this draw", status=409):
    """You showed interest after this was drawn, so you were not in it."""


class ObjectedAlready(Refused, slug="objected-already", title="You objected already", status=409):
    """You objected to this draw already. You read the answer on the page of the draw."""


class TooLateToObject(Refused, slug="too-late-to-object", title="The time to object is over", status=409):
    """It is more than 10 days since this draw was confirmed. If something worries you, tell us as a concern."""


class ObjectionAnswered(Refused, slug="objection-answered", title="This was answered already", status=409):
    """Somebody answered this objection already."""


class SomebodyElseAnswers(Refused, slug="somebody-else-answers", title="Somebody else has to answer", status=403):
    """You drew this or confirmed it. Somebody else answers the objection: a coordinator of yours, or of your host."""
