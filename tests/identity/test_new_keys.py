"""`pln keys rotate` while the network runs: new keys sign at once, and what was signed before stays good once more."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.chassis.base import keys
from services.identity.commands.sessions import SignedIn
from tests.conftest import ROOT
from tests.identity.desk import Desk
from tests.support import Database, hidden


def pln_keys(folder: Path, *order: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    command = [sys.executable, "-m", "services.cli.main", "keys", *order]
    given = {**bare, "PLN_STATE_DIR": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60)


def days_pass(folder: Path) -> None:
    then = time.time() - 2 * 86400
    os.utime(folder / "keys" / "token-private.json", (then, then))


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    keys.make(database.settings.model_copy(update={"state_dir": tmp_path}))
    desk = Desk(await database.connect("identity", state_dir=tmp_path))
    await desk.start()
    return desk


async def opens(desk: Desk, token: str) -> bool:
    async with desk.browser() as browser:
        answer = await browser.get("/api/identity/v1/mine", headers={"authorization": f"Bearer {token}"})
    return answer.status_code == 200


async def rename_by(desk: Desk, who: SignedIn, page: str, called: str) -> int:
    """With a form that was shown earlier."""
    async with desk.browser(who) as browser:
        answer = await browser.post("/sign-in/mine/name", data={**hidden(page), "called": called})
    return answer.status_code


async def test_new_keys_sign_at_once_and_what_the_ones_before_signed_stays_good_until_the_next_time(
    desk: Desk, tmp_path: Path
) -> None:
    pat = await desk.add_person("Pat")
    token = desk.token(pat)
    async with desk.browser(pat) as browser:
        page = await browser.get("/sign-in/mine/name")
    days_pass(tmp_path)
    first = json.loads(pln_keys(tmp_path, "list", "--json").stdout)["keys"]
    turned = pln_keys(tmp_path, "rotate")
    assert turned.returncode == 0, turned.stderr
    assert json.loads(pln_keys(tmp_path, "list", "--json").stdout)["keys"][1:] == first
    assert await opens(desk, token), "signed before"
    assert await opens(desk, desk.token(pat)), "signed since"
    assert await rename_by(desk, pat, page.text, "Patricia") == 303, "a form that was open"
    refused = pln_keys(tmp_path, "rotate")
    assert (refused.returncode, "0 hours old" in refused.stderr) == (1, True), refused.stderr
    days_pass(tmp_path)
    assert pln_keys(tmp_path, "rotate").returncode == 0
    assert first[0] not in json.loads(pln_keys(tmp_path, "list", "--json").stdout)["keys"]
    assert not await opens(desk, token), "the key that signed it is no longer good"


async def test_keys_that_are_known_to_others_are_good_for_nothing_at_once(desk: Desk, tmp_path: Path) -> None:
    pat = await desk.add_person("Pat")
    token = desk.token(pat)
    async with desk.browser(pat) as browser:
        page = await browser.get("/sign-in/mine/name")
    assert pln_keys(tmp_path, "rotate", "--known-to-others").returncode == 0
    assert not await opens(desk, token)
    assert await rename_by(desk, pat, page.text, "Patricia") != 303
    assert await opens(desk, desk.token(pat))
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_where_no_network_was_prepared_there_are_no_keys_to_turn(tmp_path: Path) -> None:
    refused = pln_keys(tmp_path, "rotate")
    assert refused.returncode == 1
    assert "has no keys" in refused.stderr


async def test_while_the_folder_of_keys_is_replaced_what_it_said_last_is_good(desk: Desk, tmp_path: Path) -> None:
    pat = await desk.add_person("Pat")
    token = desk.token(pat)
    assert await opens(desk, token)
    (tmp_path / "keys").rename(tmp_path / "away")
    assert await opens(desk, token), "nothing stands in its place yet"
    (tmp_path / "away").rename(tmp_path / "keys")
    assert pln_keys(tmp_path, "rotate", "--known-to-others").returncode == 0
    assert not await opens(desk, token), "it is looked at again"
