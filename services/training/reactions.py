"""What training keeps of its neighbours, and what it does about their news.

Whoever leaves the pool keeps their places and credentials; they can only not take a new place.
"""

from schemas.engagements import Engagement
from schemas.identity import Account, Organisation
from schemas.matching import Opportunity
from schemas.recruitment import Leader, Needs
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.training import commands, declaring
from services.training.store import programmes

reactions = Reactions("training")

reactions.keep(Organisation)
reactions.keep(Account, person="id", colleagues=True, erased=commands.forget_person)
reactions.keep(Leader, person="id", staff=True, erased=nothing_else_to_forget)
# The migration lets trainers see of these the rows of people with a place in a session to come, who said they may.
reactions.keep(Needs, person="id", erased=nothing_else_to_forget)

# Where somebody has a place, and when: whoever takes a place in a session at the same time is warned.
reactions.keep(Opportunity)
reactions.keep(Engagement, person="person_id", columns=(("opportunity_id", "uuid"),), erased=nothing_else_to_forget)

reactions.when_due(declaring.forget_who_is_gone)
reactions.when_due(commands.ask_who_came, timers=programmes.to_ask_about, shares_transaction=True)
