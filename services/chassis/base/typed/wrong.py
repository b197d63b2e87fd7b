"""How a reader of what was typed says that it cannot be read."""


class Wrong(ValueError):
    """Words for the person who typed it. `{asked}` in them is what the field asks for: the `title` of its model,
    and `{Asked}` the same at the beginning of a sentence. `item`: of several, counted from 0, which it is about."""

    def __init__(self, words: str, *, item: int | None = None) -> None:
        self.words, self.item = words, item
        super().__init__(self.about("this"))

    def about(self, asked: str) -> str:
        """The words, of what a field asks for. Whatever else is in braces there, somebody typed."""
        return self.words.replace("{asked}", asked).replace("{Asked}", asked[:1].upper() + asked[1:])
