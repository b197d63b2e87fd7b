"""How a reader of what was typed says that it cannot be read."""


class Wrong(ValueError):
    """Words for the person who typed it. `{asked}` in them is what the field asks for: the `title` of its model."""

    def __init__(self, words: str) -> None:
        super().__init__(words.format(asked="this", Asked="This"))
        self.words = words
