"""When what is kept of a profile's many objects is to be brought up to date."""

MANY_OBJECTS, CHANGES_BETWEEN = 32, 16
"""Of a profile with so many objects a worker keeps what they mean, and brings that up to date after so many changes."""


def is_behind(objects_before: int, objects: int, version: int, is_merge: bool) -> bool:
    """After a change of a profile. What is gone, or has come with another profile, does not wait: it must not stay, or
    costs much until then.
    """
    if max(objects_before, objects) < MANY_OBJECTS:
        return False
    return is_merge or objects < objects_before or version % CHANGES_BETWEEN == 0
