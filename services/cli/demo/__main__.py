"""Load the demo region into the network of the environment. `pln up` runs it as `python -m services.cli.demo`."""

import os
import sys
from collections.abc import Mapping

from services.cli.base.trouble import Trouble
from services.cli.demo.loader import Loader


def main(environment: Mapping[str, str]) -> int:
    try:
        fresh = Loader(environment).load()
    except Trouble as trouble:
        print(f"The demo region could not be loaded whole: {trouble}", file=sys.stderr)
        return 1
    print("The demo region was loaded." if fresh else "The demo region was there already.")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
