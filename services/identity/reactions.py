"""What the front desk hears: its own topics, because access is checked against the mirrors, here as everywhere.

And claims, because whoever asks to be forgotten is told first what they lose; and applications, because whoever an
organisation lists has an account from then on, and whoever says no to that is forgotten.
"""

from schemas.identity import Account, Organisation
from schemas.payments import Claim
from schemas.recruitment import Application
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.identity.commands import accounts, listed

reactions = Reactions("identity")
reactions.keep(Organisation)
reactions.keep(Account, person="id", colleagues=True, erased=accounts.drop_account)
reactions.keep(Claim, person="person_id", erased=nothing_else_to_forget)
reactions.keep(Application, person="person_id")


@reactions.react_to(Application, erased=nothing_else_to_forget)
async def open_or_forget_who_is_listed(tx: Transaction, now: Application) -> None:
    if now.stage == "listed" and now.called:
        await listed.open_account(tx, now.person_id, now.called)
    if now.stage == "approved":
        await listed.note_yes(tx, now.person_id)
    if now.stage == "forgotten":
        await listed.forget(tx, now.person_id)
