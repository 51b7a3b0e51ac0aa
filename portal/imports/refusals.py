"""Ways to say no: to a file, to one row, to one identifier."""


class FileRefused(Exception):
    """The file cannot be imported, said in one plain sentence. Nothing has changed."""


class RowRefused(Exception):
    """One row cannot be used; the good rows go on.

    ``column`` is the official column name, ``value`` what stands there, and the
    message what somebody can do about it.
    """

    def __init__(self, advice: str, column: str = "", value: str = "") -> None:
        super().__init__(advice)
        self.advice = advice
        self.column = column
        self.value = value


class Unmatched(RowRefused):
    """A good row about something we do not know: listed for people, never guessed.

    ``suggestion`` names what is most likely meant, for the people; empty where nothing comes close.
    """

    def __init__(self, advice: str, column: str = "", value: str = "", suggestion: str = "") -> None:
        super().__init__(advice, column, value)
        self.suggestion = suggestion
