"""Run the network: `python -m services` all in one process, `python -m services matching payments` those named.

`python -m services prepare [names]` makes roles, schemas, tables, topics and keys; it needs PLN_DATABASE_URL.
`python -m services prepare run [names]` does both in one process.

Exit codes: 0 stopped in order; 1 a part of it died, or a server was away while it prepared: start it again; 2 the
settings, the database or a topic cannot be used: the message says what to mend; 143 stopped while it prepared.
"""

import gc
import sys
from collections.abc import Sequence

import uvloop

from services import NAMES, load
from services.chassis.base import failpoints, logs, production
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.network import prepare_alone
from services.chassis.runner import run


def main(arguments: Sequence[str]) -> int:
    words = [word for word in arguments if word not in ("prepare", "run")]
    logs.start(words[0] if len(words) == 1 else logs.SEVERAL)
    unknown = set(words) - set(NAMES)
    if unknown:
        print(f"There is no service {', '.join(sorted(unknown))}. Services: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    services = load(words or NAMES)
    gc.freeze()  # a million objects of code and routes that the collector need not look at
    try:
        settings = Settings.from_environment()
        production.check(settings)
        failpoints.arm(settings.failpoint)
        if "prepare" in arguments and "run" not in arguments:
            return uvloop.run(prepare_alone(settings, services))
        return uvloop.run(run(settings, services, preparing="prepare" in arguments))
    except BadSettings as wrong:
        print(f"The settings cannot be used:\n{wrong}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
