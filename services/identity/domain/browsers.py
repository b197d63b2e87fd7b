"""What sort of browser something is, in as few words as tell its owner which one it was. Pure."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""The first that is there: most of them say that they are Chrome and Safari too."""
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)
MOST_READ = 500
"""So many characters of what a browser says of itself are looked at."""


def browser_words(user_agent: str) -> str | None:
    """Like "Firefox on Windows", from a fixed set of words: nothing that a browser says is kept. None for a program."""
    said = user_agent[:MOST_READ]
    browser = next((words for sign, words in _BROWSERS if sign in said), None)
    system = next((words for sign, words in _SYSTEMS if sign in said), None)
    if browser is None:
        return f"A browser on {system}" if system else None
    return f"{browser} on {system}" if system else browser
