"""Failpoints: named places where a fault test ends the process as a crash would. Off, each costs one comparison.

`PLN_FAILPOINT=relay-before-mark` kills (SIGKILL) at the first passage, `relay-before-mark:20` at the twentieth.
"""

import os
import signal

FAILPOINTS = (
    "migration-step",
    "start-up",
    "mirror-filling",
    "relay-before-send",
    "relay-before-mark",
    "batch-before-commit",
    "batch-before-offsets",
    "timers-fired",
    "reaction-before-commit",
    "reaction-after-commit",
    "job-working",
    "payment-run",
)
PATTERN = rf"^(({'|'.join(FAILPOINTS)})(:[1-9][0-9]{{0,6}})?)?$"

_armed: str | None = None
_passages_left = 0


def arm(failpoint: str) -> None:
    """From now on the process dies at this failpoint; the empty string disarms. `failpoint` matches PATTERN."""
    global _armed, _passages_left
    name, _, passages = failpoint.partition(":")
    _armed, _passages_left = name or None, int(passages or 1)


def passing(name: str) -> None:
    """The process passes a failpoint: nothing happens, unless it is the one that is armed."""
    if _armed is not None and name == _armed:
        _die_when_it_is_time()


def _die_when_it_is_time() -> None:
    global _passages_left
    _passages_left -= 1
    if _passages_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
