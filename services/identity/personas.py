"""The people whom the demo's sign-in page shows first: one for each kind of user, and where their story begins.

The demo region (`services/cli/demo`) brings them, with their past; a test holds each of them to it. Nobody is real.
"""

from dataclasses import dataclass

from schemas import links


@dataclass(frozen=True)
class Persona:
    """`email` says which account it is; `try_it` is one sentence of what there is to see and try."""

    email: str
    who: str
    try_it: str
    begins: str


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "anouk@people.example",
        "who has just asked to join",
        "See how far the application is, who reads it, and by which day there is an answer.",
        links.MY_APPLICATION,
    ),
    Persona(
        "maya@people.example",
        "who lives with pain and takes part in roles",
        "Answer an offer, send a claim, and see the training, the roles and the pay of the last six months.",
        links.HOME,
    ),
    Persona(
        "wren@people.example",
        "a carer who sits on a committee",
        "See the way from the first role up to the quality committee, and what changed because of it.",
        links.MY_ENGAGEMENTS,
    ),
    Persona(
        "sal@network.example",
        "who reads applications and rings people",
        "Read the applications, the longest waiting first, and answer one with a reason.",
        links.STAFF_APPLICATIONS.format(ods="QZN"),
    ),
    Persona(
        "cora@downland.example",
        "who posts roles and chooses people",
        "Choose from people who wait for an answer, record who came, and tell people what changed.",
        links.STAFF_HOME.format(ods="RZ9"),
    ),
    Persona(
        "fay@downland.example",
        "who pays them",
        "Pay all approved claims in one run, and look at the runs and the rates of before.",
        links.STAFF_PAYMENTS.format(ods="RZ9"),
    ),
    Persona(
        "priya@chalkvalley.example",
        "who runs the office of a group of GP practices",
        "Say who may do what, see who has not answered an invitation yet, and act for a small surgery too.",
        links.STAFF_ROLES.format(ods="U99981"),
    ),
    Persona(
        "ada@network.example",
        "who runs the whole network",
        "Register an organisation, set the policies, and see whether everything works.",
        links.STAFF_ROLES.format(ods="QZN"),
    ),
)
