"""The register of a session, filled in in two tabs and put right."""

from tests.training.scene import Scene, soon
from tests.two_tabs import from_two_tabs, stands


async def test_who_came_is_recorded_in_two_tabs_and_put_right(scene: Scene) -> None:
    sam = await scene.person()
    session_id = await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    page, came = f"/training/for/X24A1/sessions/{session_id}", f"came_{sam.id}"
    async with scene.training.browser(scene.trainer) as trainer:
        both = await from_two_tabs(trainer, page, {came: "yes"}, {came: "no"})
        assert stands(both)["Sam (PL-7K3Q)"] == "Came"
        assert " by you." in both, "it says who recorded it"
    assert await scene.count("credential") == 1
