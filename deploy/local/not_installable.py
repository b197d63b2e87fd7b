"""What answers `pip install .`, and every other attempt to build a package: a sentence, because there is none to build.

The code is used where it stands: its topics, runbooks, migrations and templates lie beside it, and what it needs is
pinned by hash in requirements.lock, which no package could carry. Named as the build backend in pyproject.toml.
"""

from typing import NoReturn

WORDS = (
    "The patient leadership network is not made to be installed as a package: clone the repository and run `make run`"
    " in it (README.md), or build the image with `docker build -f deploy/Dockerfile .`."
)


def refuse(*_: object, **__: object) -> NoReturn:
    raise SystemExit(WORDS)


# What a front end may ask for (PEP 517 and 660). Those that come first are named too, so that nothing is asked before.
get_requires_for_build_wheel = get_requires_for_build_editable = get_requires_for_build_sdist = refuse
build_wheel = build_editable = build_sdist = refuse
