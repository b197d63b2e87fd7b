"""How often something is asked for in a window of time, counted in this process alone: for reads that write nothing."""

from datetime import timedelta

MOST_COUNTED = 50_000
"""So many are told apart; when more are asked for in one window, counting begins anew."""


class Asked:
    """At most so often in each window, by whoever counts. The window is the process's own."""

    def __init__(self, *, most: int, per: timedelta) -> None:
        self._most, self._seconds = most, per.total_seconds()
        self._ends = 0.0
        self._counted: dict[bytes, int] = {}

    def count(self, of: bytes, now: float, *, times: int = 1) -> timedelta | None:
        """How long to wait; None where it may be answered. `now`: of a clock that only goes forward, in seconds."""
        if now >= self._ends or len(self._counted) >= MOST_COUNTED:
            self._counted.clear()
            self._ends = now + self._seconds
        self._counted[of] = asked = self._counted.get(of, 0) + 1
        return timedelta(seconds=self._ends - now) if asked > self._most * times else None
