"""All services in one process, prepared first: what the supervisor keeps running.

Roles, tables and topics are brought up to date in the same process: loading the code takes longer than that work.
"""

import sys

from services.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["prepare", "run"]))
