"""What row policies keep from somebody is not taken for done, nor for not there."""

from dataclasses import replace

import pytest

from schemas.training import CredentialRestated
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.training.store import people, programmes
from tests.support import save_and_say
from tests.training.scene import Scene, soon


async def test_nobody_says_a_version_of_a_credential_that_they_may_only_read(scene: Scene) -> None:
    sam = await scene.person()
    session = await scene.session(starts_at=soon())
    await scene.enrol(session, sam)
    await scene.record(session, attended=[sam], absent=[])
    async with scene.training.transaction() as tx:
        [credential] = await people.lock_credentials(tx, sam.id)
    before = await scene.names()
    changed = replace(credential, version=2)
    event = CredentialRestated(changed.public())
    with pytest.raises(NotOneRow):
        await save_and_say(scene.training, sam.acting(), lambda tx: people.save_credential(tx, changed), event)
    with pytest.raises(RowNotLocked):
        async with scene.training.transaction(sam.acting()) as tx:
            await people.lock_credential_by_id(tx, credential.id)
    with pytest.raises(RowNotLocked):
        async with scene.training.transaction(sam.acting()) as tx:
            await people.lock_credentials(tx, sam.id)
    assert await scene.names() == before


async def test_another_organisations_programme_answers_as_one_that_does_not_exist(scene: Scene) -> None:
    programme = await scene.offer()
    with pytest.raises(NotFound):
        async with scene.training.transaction(scene.stranger.acting(scene.trust)) as tx:
            await programmes.lock(tx, programme)
