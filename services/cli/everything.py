"""All services in one process, prepared first: what the supervisor keeps running.

Roles, tables and topics are brought up to date in the same process: loading the code takes longer than that work.
"""

import sys

from services.__main__ import main


def prepare_and_run() -> int:
    """The exit code of the preparation if it failed, else of the run."""
    return main(["prepare"]) or main(["run"])


if __name__ == "__main__":
    sys.exit(prepare_and_run())
