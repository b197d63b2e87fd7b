"""What the network's finance decides about a claim where nobody in its organisation may."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas import links
from services.payments.domain.hands import Against, against_approving, against_releasing

FINANCE = "finance"


@dataclass(frozen=True)
class Step:
    """What is decided about a claim of a status: by which role there, else by the network's finance; on which page."""

    role: str
    what: str
    link: str
    against: Against


STEPS: Mapping[str, Step] = {
    "sent": Step("approver", "approve_for_others", links.STAFF_CLAIM, against_approving),
    "approved": Step(FINANCE, "pay_for_others", links.STAFF_PAYMENTS, against_releasing),
}
