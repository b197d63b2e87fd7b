"""The training that a role asks for, as its coordinator sees it of each person: by titles, never by codes."""

import re
from html import unescape

from schemas.matching import OpportunityPosted
from schemas.training import CredentialAwarded, ProgrammeOffered
from tests.engagements.world import World, opportunity
from tests.support import organisation, registered
from tests.trainings import ARABIC, EMOJI, completed, programme


async def test_a_coordinator_reads_which_training_somebody_has_done_and_which_not_yet(world: World) -> None:
    charity = organisation("8ZZ83", "Living Well Together", "charity")
    done, same, other = (
        programme(by, title) for by, title in ((charity, ARABIC), (world.trust, ARABIC), (charity, EMOJI))
    )
    unheard = programme(charity, "Reading figures", credential="reading_figures")
    asked = tuple(one.credential for one in (done, same, other, unheard))
    o = opportunity(world.trust, world.card, training=asked)
    await world.engagements.hears_and_settles(
        *registered(charity),
        *map(ProgrammeOffered, (done, same, other)),
        OpportunityPosted(o),
        CredentialAwarded(completed(done, world.person)),
    )
    await world.interested(o=o)
    async with world.engagements.browser(world.staff) as staff:
        html = (await staff.get(f"/engagements/for/RX2/{o.id}")).text
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert f"Training done {ARABIC} ({charity.name})" in shown
    assert f"Training not done yet {ARABIC} ({world.trust.name}), {EMOJI}, Reading figures" in shown
    assert not any(code in html for code in asked)
    async with world.engagements.api(world.staff) as staff:
        [one] = (await staff.get(f"/organisations/RX2/intakes/{o.id}")).json()["engagements"]
    assert [(needed["title"], needed["done"]) for needed in one["training"]] == [
        (f"{ARABIC} ({charity.name})", True),
        (f"{ARABIC} ({world.trust.name})", False),
        (EMOJI, False),
        ("Reading figures", False),
    ]
