"""The words for the front desk's codes, as people read them."""

from services.identity.domain.account import NETWORK_ROLES
from services.identity.domain.granting import NOT_FOR_MACHINES
from services.identity.domain.organisation import NETWORK

ROLE = {
    "coordinator": "Coordinator: posts opportunities and chooses people",
    "approver": "Approver: checks and approves claims",
    "finance": "Finance: pays claims",
    "trainer": "Trainer: runs training",
    "helper": "Helper: does things for people who asked for help, on the phone or beside them",
    "screener": "Welcome team: answers people who ask to join (the network only)",
    "operator": "Operator: keeps the network running (the network only)",
    "admin": "Admin: invites staff and says who may do what",
}
"""What each role is for."""
ROLE_NAME = {role: text.partition(":")[0] for role, text in ROLE.items()}
ROLE_OF_ANY_ORGANISATION = {role: text for role, text in ROLE.items() if role not in NETWORK_ROLES}
ROLE_OF_A_MACHINE = {role: text for role, text in ROLE_OF_ANY_ORGANISATION.items() if role not in NOT_FOR_MACHINES}
KIND = {
    "network": "The network itself",
    "trust": "NHS trust",
    "icb": "Integrated care board",
    "pcn": "Primary care network",
    "gp_practice": "GP practice",
    "charity": "Charity",
    "university": "University",
    "hospice": "Hospice",
    "council": "Council",
}
"""Each kind of organisation."""
KIND_TO_REGISTER = {kind: text for kind, text in KIND.items() if kind != NETWORK}
