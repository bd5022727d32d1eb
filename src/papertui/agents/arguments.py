"""The arguments of tools: one table from which come the JSON Schema and the check of what an agent sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from papertui.errors import UsageError
from papertui.model.safe_text import excerpt

_LONGEST_TEXT = 20_000
#: The largest number of ids or tags in one call.
_MOST_TEXTS = 50
_JSON_TYPES = {"text": "string", "texts": "array", "number": "integer", "flag": "boolean"}


class Parameter(NamedTuple):
    """One parameter of a tool."""

    name: str
    kind: Literal["text", "texts", "number", "flag"]
    about: str
    is_required: bool = False
    default: str | int | bool | None = None
    choices: tuple[str, ...] = ()
    least: int = 1  # of a number
    most: int = 1_000_000  # of a number

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the values."""
        made: dict[str, Any] = {"type": _JSON_TYPES[self.kind], "description": self.about}
        if self.kind == "texts":
            made |= {"items": {"type": "string"}, "minItems": int(self.is_required), "maxItems": _MOST_TEXTS}
        if self.kind == "number":
            made |= {"minimum": self.least, "maximum": self.most}
        if self.choices:
            made["enum"] = list(self.choices)
        if self.default is not None:
            made["default"] = self.default
        return made

    def parse(self, value: object) -> object:
        """Check a value that was sent.

        Raises:
            UsageError: it is not one that the schema allows.
        """
        match self.kind:
            case "number":
                if isinstance(value, float) and value.is_integer():
                    value = int(value)
                if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
                    return value
                raise UsageError(
                    f"“{self.name}” must be a number from {self.least} to {self.most}, not {_shown(value)}."
                )
            case "flag":
                if isinstance(value, bool):
                    return value
                raise UsageError(f"“{self.name}” must be true or false, not {_shown(value)}.")
            case "texts":
                if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                    raise UsageError(f"“{self.name}” must be a list of texts, not {_shown(value)}.")
                if len(value) > _MOST_TEXTS or (self.is_required and not value):
                    raise UsageError(f"“{self.name}” must hold 1 to {_MOST_TEXTS} texts, not {len(value)}.")
                return tuple(value)
            case _:
                return self._text(value)

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise UsageError(f"“{self.name}” must be a text, not {_shown(value)}.")
        if self.choices and value not in self.choices:
            raise UsageError(f"“{self.name}” must be one of {', '.join(self.choices)}, not {_shown(value)}.")
        if len(value) > _LONGEST_TEXT:
            raise UsageError(f"“{self.name}” is longer than {_LONGEST_TEXT} letters.")
        return value


def _shown(value: object) -> str:
    return f"“{excerpt(str(value))}”"


def input_schema(parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The JSON Schema of the arguments of a tool."""
    return {
        "type": "object",
        "properties": {one.name: one.schema() for one in parameters},
        "required": [one.name for one in parameters if one.is_required],
        "additionalProperties": False,
    }


def parse_arguments(tool: str, parameters: Sequence[Parameter], given: Mapping[str, object]) -> dict[str, Any]:
    """Return a checked value for every parameter; one that was not sent, or sent as null, has its default.

    Raises:
        UsageError: an argument is missing, unknown or wrong.
    """
    names = [one.name for one in parameters]
    for name in given:
        if name not in names:
            known = f"it has {', '.join(names)}" if names else "it has none"
            raise UsageError(f"The tool {tool} has no argument {_shown(name)}; {known}.")
    parsed: dict[str, Any] = {}
    for one in parameters:
        value = given.get(one.name)
        if value is not None:
            parsed[one.name] = one.parse(value)
        elif one.is_required:
            raise UsageError(f"The tool {tool} needs the argument “{one.name}”.")
        else:
            parsed[one.name] = () if one.kind == "texts" else one.default
    return parsed
