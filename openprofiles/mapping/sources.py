"""Where a field takes its value from: a source text, compiled once into a function of the object.

Three forms ("Field definitions in Customer Profiles object type mappings"): an accessor `_source.a.b[0]`, a handlebars
text, or a constant text.
"""

import re

from openprofiles.errors import BadRequestException
from openprofiles.mapping.handlebars import compile_template
from openprofiles.mapping.handlebars_syntax import ROOT
from openprofiles.mapping.paths import Read, Step, parse_steps, reader

_FOREIGN_ROOT = re.compile(r"_\w+\s*[.\[]")
_ROOT_END = re.compile(rf"{ROOT}(?=[.\[]|\Z)")


def compile_source(text: str) -> Read:
    """Object → JSON value, None where there is none; a template or a constant gives text.

    Raises BadRequestException where the text is neither an accessor, nor right handlebars, nor a constant.
    """
    if "{{" in text:
        return compile_template(text)
    accessor = text.strip()
    root = _ROOT_END.match(accessor)
    if root is not None:
        return _reader(parse_steps(accessor[root.end() :], text))
    if _FOREIGN_ROOT.match(accessor):
        raise BadRequestException(f"Source {text}: the only root of a source is {ROOT}.")
    return lambda _, __: text


def _reader(steps: list[Step]) -> Read:
    """Most sources are one member of the object, which is known to be one."""
    if len(steps) == 1 and isinstance(steps[0], str):
        [name] = steps
        return lambda value, _: value.get(name)
    return reader(steps)
