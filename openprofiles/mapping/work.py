"""How much work the sources of one object may make."""

from openprofiles.errors import BadRequestException

MAX_STEPS = 200_000
"""Elements of lists that are looked at, and parts of templates that are rendered: some hundredths of a second."""

MAX_CHARACTERS = 256_000
"""Characters that the templates of an object may give, all together: as many as an object may have."""


class Work:
    """What is left of it for an object. Both methods raise BadRequestException where there is nothing left."""

    __slots__ = ("characters", "steps")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.characters = MAX_CHARACTERS

    def step(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise BadRequestException(f"The sources of the object type take more than {MAX_STEPS} steps on the object.")

    def give(self, text: str) -> str:
        """The text, as part of what a template becomes."""
        self.characters -= len(text)
        if self.characters < 0:
            raise BadRequestException(f"The templates of the object type give more than {MAX_CHARACTERS} characters.")
        return text
