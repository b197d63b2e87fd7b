"""A person's home district, as they type it: the outward code of a postcode, and nothing narrower.

A whole postcode is as good as a house in some streets, so the rest of one that was typed is never kept.
"""

from services.chassis.base import districts
from services.chassis.base.typed.wrong import Wrong

_NEVER_FAR = "If you live there, leave this empty: you are told of roles wherever they are"


def district(typed: str) -> str:
    """The outward code of what was typed: a district, or a whole postcode, in any case and spacing; "" for nothing.

    Raises Wrong, in words for whoever typed it.
    """
    found = districts.read(typed)
    if found is None or found.code:
        return found.code if found else ""
    if found.country:
        raise Wrong(f"Our list of districts does not have {found.country}. {_NEVER_FAR}")
    if found.outward:
        raise Wrong(
            f"{found.outward} is not in today's list of districts. Enter the first part of your postcode, like BN2"
        )
    raise Wrong("Enter the first part of a postcode, like BN2 or SW1A. Leave it empty if you like")
