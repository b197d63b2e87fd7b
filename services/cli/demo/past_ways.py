"""Ways to get involved in the demo region: each coordinator adds some, the network's what others run."""

from functools import partial

from services.cli.demo.past import Past, Step
from services.cli.demo.region import history
from services.matching.commands import ways_in
from services.matching.domain.way_in import WayInWords


class WaysIn:
    """In the order of the file."""

    def __init__(self, past: Past) -> None:
        self._past = past

    def steps(self) -> list[Step]:
        kept = history()["ways_in"]
        return [(kept["days"], partial(self._add, code, kept["of"][code])) for code in kept["of"]]

    async def _add(self, code: str, several: list[dict[str, str]]) -> int:
        for one in several:
            async with self._past.as_member("matching", code, "coordinator") as tx:
                await ways_in.add_way_in(tx, WayInWords.model_validate(one))
        return len(several)
