"""Programs that read the RPDE feed: a naive harvester, as a partner writes one, and OpenActive's own validator.

The validator comes by npm, once a checkout, each package checked against the hash in its lock; `.pln/test` keeps it.
"""

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

RECIPE = Path(__file__).parent / "rpde_validator"
KEPT = Path(__file__).parents[2] / ".pln" / "test"
INSTALL_SECONDS, WALK_SECONDS = 300, 60
FEED = "/feeds/rpde/opportunities"


@dataclass
class Harvester:
    """A copy, kept in step by what the standard says and nothing else."""

    client: httpx.AsyncClient
    url: str = FEED
    copy: dict[str, Any] = field(default_factory=dict[str, Any])
    numbers: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """The numbers under which each was seen, in the order of reading."""

    async def read(self) -> int:
        """Follow `next` to the end. Returns how many pages there were."""
        pages = 0
        while True:
            page = (await self.client.get(self.url)).raise_for_status().json()
            pages += 1
            for item in page["items"]:
                self._take(item)
            if not page["items"] and page["next"].endswith(self.url.removeprefix("http://test")):
                return pages
            self.url = page["next"]

    def _take(self, item: dict[str, Any]) -> None:
        self.numbers.setdefault(item["id"], []).append(item["modified"])
        if item["state"] == "deleted":
            assert "data" not in item
            self.copy.pop(item["id"], None)
        else:
            self.copy[item["id"]] = item["data"]


async def validated(url: str) -> tuple[list[str], list[str]]:
    """The pages that the validator read from an address on, and what it has against them, by severity."""
    modules = await asyncio.to_thread(_modules)
    script = str(RECIPE / "validate.cjs")
    done = await asyncio.create_subprocess_exec(_node(), script, str(modules), url, stdout=-1, stderr=-1)
    out, error = await asyncio.wait_for(done.communicate(), WALK_SECONDS)
    assert done.returncode == 0, error.decode()
    said = json.loads(out)
    return said["pages"], said["found"]


def _node() -> str:
    """That of Playwright, which starts faster than a script that looks for one."""
    import playwright

    return str(Path(playwright.__file__).parent / "driver" / "node")


def _modules() -> Path:
    """The folder with the packages. Whoever comes while it is filled waits."""
    import subprocess

    KEPT.mkdir(parents=True, exist_ok=True)
    lock = (RECIPE / "package-lock.json").read_bytes()
    whole = KEPT / f"rpde-{hashlib.sha256(lock).hexdigest()[:12]}"
    with (KEPT / "rpde.making").open("w") as making:
        fcntl.flock(making, fcntl.LOCK_EX)
        if not (whole / "whole").exists():
            for left in KEPT.glob("rpde-*"):
                shutil.rmtree(left)
            whole.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(RECIPE / name, whole / name)
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            npm = [str(Path(sys.executable).parent / "npm"), "ci", *quiet, "--prefix", str(whole)]
            settings = os.environ.get("NPM_CONFIG_GLOBALCONFIG", "/etc/npmrc")
            more = {"NPM_CONFIG_GLOBALCONFIG": settings} if Path(settings).exists() else {}
            subprocess.run(npm, env=os.environ | more, check=True, timeout=INSTALL_SECONDS, capture_output=True)
            (whole / "whole").touch()
    return whole / "node_modules"
