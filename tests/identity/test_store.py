"""What row policies keep from somebody is not taken for done, nor for not there."""

from dataclasses import replace

import pytest

from schemas.identity import AccountRestated
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.identity.store import accounts as store
from tests.identity.desk import Desk
from tests.support import save_and_say


async def test_nobody_says_a_version_of_an_account_that_is_only_on_their_list(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    async with desk.identity.transaction() as tx:
        account = await store.lock_account(tx, cora.account_id)
    before = await desk.identity.said()
    admin = await desk.acting(ada.account_id, "RX2")
    changed = replace(account, version=account.version + 1)
    event = AccountRestated(changed.public())
    with pytest.raises(NotOneRow):
        await save_and_say(desk.identity, admin, lambda tx: store.save_account(tx, changed), event)
    with pytest.raises(RowNotLocked):
        async with desk.identity.transaction(admin) as tx:
            await store.lock_account(tx, cora.account_id)
    assert await desk.identity.said() == before
