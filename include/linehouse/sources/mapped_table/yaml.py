"""Mapping files, from YAML to a checked mapping."""

from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from linehouse.sources.mapped_table.mapping import TableMapping


class MappingError(ValueError):
    """A mapping file that cannot be used: says where in it, what is wrong and what would do."""


class _Texts(yaml.BaseLoader):
    """YAML whose values are all text, and in which no key stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if isinstance(key, str) and keys.count(key) > 1:
                line = node.start_mark.line + 1
                raise MappingError(f"the part from line {line} on says {key!r} twice")
        return super().construct_mapping(node, deep)


def read_mapping(text: str, name: str) -> TableMapping:
    """The mapping that a file holds. Raises `MappingError` naming the file and every place in it
    that is wrong."""
    try:
        told = yaml.load(text, _Texts)
    except MappingError as error:
        raise MappingError(f"mapping {name}: {error}") from None
    except yaml.YAMLError as error:
        raise MappingError(f"mapping {name}: no YAML ({' '.join(str(error).split())})") from None
    if not isinstance(told, dict):
        raise MappingError(f"mapping {name}: holds no settings; begin with source, sport and event")
    try:
        return TableMapping.model_validate(told)
    except ValidationError as error:
        raise MappingError(f"mapping {name}: {'; '.join(_sentences(error))}") from None


def _sentences(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        place = ".".join(str(one) for one in problem["loc"]) or "as a whole"
        what = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            what = "is no setting of a mapping; see the example in the README"
        elif problem["type"] == "missing":
            what = "is missing"
        yield f"{place}: {what}"
