"""What the long form does (`make faults`, which sets PLN_LONG) and `make test` has no time for."""

import os

import pytest

LONG = bool(os.environ.get("PLN_LONG"))
only_in_the_long_form = pytest.mark.skipif(not LONG, reason="`make faults` runs it: it takes the best part of a minute")
