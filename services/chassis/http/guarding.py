"""The headers that guard every answer: of a service, and of the files beside them."""

from typing import Final

_NO_FEATURES = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "gyroscope"),
        *("geolocation", "hid", "local-fonts", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock"),
        *("serial", "usb", "xr-spatial-tracking"),
    )
)
"""Of what a browser can give to a page ours use nothing, so nothing that got into one could ask for it either."""

BY_DEFAULT: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _NO_FEATURES,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Of an answer that does not say otherwise: JSON, files and redirects are as guarded as pages."""


def guarding(*, is_https: bool) -> dict[str, str]:
    """Those, and what is only said over https."""
    return {**BY_DEFAULT, ONLY_BY_HTTPS[0]: ONLY_BY_HTTPS[1]} if is_https else {**BY_DEFAULT}


ONLY_BY_HTTPS: Final = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""For a year browsers come by https only, to the network's host and to those under it."""
