"""How what payments owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.payments import (
    ClaimLost,
    ClaimRestated,
    DetailsChangeLost,
    DetailsChangeRestated,
    PaymentLost,
    PaymentRestated,
    PaymentsHelp,
    PaymentsHelpGiven,
    PaymentsHelpLost,
    PaymentsHelpRestated,
    PaymentsToDo,
    PaymentsToDoLost,
    PaymentsToDoRestated,
    RateCardLost,
    RateCardRestated,
)
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.chassis.work import to_do
from services.payments.store import claims, details_changes, rates, runs

OWNED = (
    Owned(RateCardRestated, RateCardLost, after=rates.after, lock=rates.lock_by_id, save=rates.save),
    Owned(ClaimRestated, ClaimLost, after=claims.after, lock=claims.lock, save=claims.save),
    Owned(
        DetailsChangeRestated,
        DetailsChangeLost,
        after=details_changes.after,
        lock=details_changes.lock,
        save=details_changes.save,
    ),
    Owned(PaymentRestated, PaymentLost, after=runs.payments_after, lock=runs.lock_payment, save=runs.save_payment),
    Owned(PaymentsHelpRestated, PaymentsHelpLost, **help_given.stored(PaymentsHelp)),
    Owned(PaymentsToDoRestated, PaymentsToDoLost, **to_do.stored(PaymentsToDo)),
)
HELP = help_given.Kept(PaymentsHelp, PaymentsHelpGiven)
