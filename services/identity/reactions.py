"""What the front desk hears: its own topics, because access is checked against the mirrors, here as everywhere."""

from schemas.identity import Account, Organisation
from services.chassis.work.reactions import Reactions
from services.identity.commands import accounts

reactions = Reactions("identity")
reactions.keep(Organisation)
reactions.keep(Account, person="id", erased=accounts.drop_account)
