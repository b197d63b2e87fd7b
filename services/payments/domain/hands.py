"""The four hands around money: who claims, who recorded the attendance, who approves, who releases. Four people.

"Not the same account" is not "not the same human": whoever is paid made none of the others' roles, shares a household
with none of them, and no program is one of them. Rules about an account stand in the table too, as constraints.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from services.chassis.base.refusals import Refused
from services.payments.domain.claim import Claim

Rule = tuple[bool, type[Refused]]


class OwnClaim(Refused, slug="own-claim", title="This is your own claim", status=403):
    """This is your own claim. Somebody else has to decide about it."""


class NotByAMachine(Refused, slug="money-by-a-machine", title="A person has to do this", status=403):
    """A person has to decide about money. A program cannot."""


class OwnRecord(Refused, slug="own-record", title="You recorded this yourself", status=403):
    """You recorded that this person was there, or cancelled it late. Somebody else has to decide about the claim."""


class RoleFromClaimant(Refused, slug="role-from-claimant", title="Somebody else has to decide", status=403):
    """You have your role from the person whose claim this is, or by way of them. Somebody else has to decide."""


class HelpedClaimant(Refused, slug="helped-claimant", title="Somebody else has to decide", status=403):
    """You did things here for this person, in their name. Somebody else has to decide about their claim."""


class OneHousehold(Refused, slug="one-household", title="Somebody else has to decide", status=403):
    """You live in one household with somebody who claims, recorded or approved this. Somebody else has to decide."""


class OwnApproval(Refused, slug="own-approval", title="You approved this claim yourself", status=403):
    """You approved this claim. Somebody else has to pay it."""


class TheirOwnPeopleCan(Refused, slug="their-own-people-can", title="Their own staff can decide", status=403):
    """Somebody in this organisation can decide about this. The network does it only where nobody there can."""


@dataclass(frozen=True)
class Hand:
    """Somebody who would decide. `granted_under`: who gave them their roles, and who gave those theirs, to the start.

    `household`: whom they, or those people, said that they live with. `others`: who of the organisation's own people
    could decide; given of the network's finance desk only, which acts where none of them may.
    """

    by: UUID
    granted_under: frozenset[UUID] = frozenset()
    household: frozenset[UUID] = frozenset()
    is_machine: bool = False
    by_network: bool = False
    others: tuple["Hand", ...] = ()
    helped: frozenset[UUID] = frozenset()
    """In whose name they did things here."""


Against = Callable[[Claim, Hand], Sequence[Rule]]


def may(claim: Claim, by: Hand, against: Against) -> bool:
    """Whether nothing of a rule (`against_approving`, `against_releasing`) stands against this hand."""
    return not any(holds for holds, _ in against(claim, by))


def against_approving(claim: Claim, by: Hand) -> tuple[Rule, ...]:
    """What stands against this hand as the approver."""
    before = {one for one in (claim.person_id, claim.sent_by, claim.recorded_by) if one}
    return (*_against(claim, by, before), (_any_may(by, claim, against_approving), TheirOwnPeopleCan))


def against_releasing(claim: Claim, by: Hand) -> tuple[Rule, ...]:
    """What stands against this hand as whoever releases the pay."""
    before = {one for one in (claim.person_id, claim.sent_by, claim.recorded_by, claim.approved_by) if one}
    return (
        *_against(claim, by, before),
        (claim.approved_by == by.by, OwnApproval),
        (_any_may(by, claim, against_releasing), TheirOwnPeopleCan),
    )


def _against(claim: Claim, by: Hand, before: set[UUID]) -> tuple[Rule, ...]:
    return (
        (claim.is_own(by.by), OwnClaim),
        (by.is_machine, NotByAMachine),
        (claim.recorded_by == by.by, OwnRecord),
        (claim.person_id in by.granted_under, RoleFromClaimant),
        (claim.person_id in by.helped, HelpedClaimant),
        (bool(by.household & before), OneHousehold),
    )


def _any_may(by: Hand, claim: Claim, against: Against) -> bool:
    return any(may(claim, other, against) for other in by.others)


Named = tuple[str, Hand]
"""What part a hand had in a claim ("claimant", "recorder", "approver", "releaser"), and whose it is."""


def together(hands: Iterable[Named]) -> Sequence[str]:
    """Which two of these belong together, and why: one account, one gave the other their role, one household.

    Not all of it is refused: somebody may approve what was recorded by whoever gave them their role. It is listed.
    """
    return tuple(
        f"{first}/{second}/{why}"
        for (first, one), (second, other) in combinations(hands, 2)
        if (why := _why_together(one, other))
    )


def _why_together(one: Hand, other: Hand) -> str:
    if one.by == other.by:
        return "same"
    if one.by in other.granted_under or other.by in one.granted_under:
        return "role"
    return "household" if one.by in other.household or other.by in one.household else ""
