"""What the front desk hears: its own topics, because access is checked against the mirrors, here as everywhere.

And claims, because whoever asks to be forgotten is told first what they lose.
"""

from schemas.identity import Account, Organisation
from schemas.payments import Claim
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.identity.commands import accounts

reactions = Reactions("identity")
reactions.keep(Organisation)
reactions.keep(Account, person="id", colleagues=True, erased=accounts.drop_account)
reactions.keep(Claim, person="person_id", erased=nothing_else_to_forget)
