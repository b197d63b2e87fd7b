"""The headers that guard every answer: of a service, and of the files beside them."""

from typing import Final

BY_DEFAULT: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Of an answer that does not say otherwise: JSON, files and redirects are as guarded as pages."""

ONLY_BY_HTTPS: Final = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""For a year browsers come by https only, to the network's host and to those under it."""
