"""The JSON Schema (draft 2020-12) of the settings file, made from the table of settings. For editors of TOML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from papertui.settings.schema import (
    APP,
    DEFINITIONS,
    DIGEST,
    FEED,
    FEED_KEY,
    FOR_YOU,
    HOOKS,
    KEYS_MEANING,
    MAIL,
    MUTE,
    MUTE_FEED,
    RESERVED_FEED_KEYS,
    SYNC,
    Table,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: One or more keys, between commas, each with something besides blanks.
_KEYS = r"^[^,]*[^,\s][^,]*(,[^,]*[^,\s][^,]*)*$"


class KeySetting(NamedTuple):
    """A name in ``[keys]``, which the app knows."""

    name: str
    about: str
    default: str
    #: All values, if they are few.
    choices: tuple[str, ...] = ()


def settings_schema(keys: tuple[KeySetting, ...]) -> dict[str, Any]:
    """The schema of the settings file, with the names in ``[keys]``."""
    feed = _table(FEED) | {
        "oneOf": [{"required": [key]} for key, *_ in DEFINITIONS],
        "dependentRequired": {"password_command": ["url"]},
    }
    mute = _table(MUTE)
    mute["properties"]["feeds"] = {
        "type": "object",
        "description": "further rules for one feed",
        "additionalProperties": {"$ref": "#/$defs/mute"},
    }
    plain = {table.name: _table(table) for table in (FOR_YOU, HOOKS, DIGEST, MAIL, SYNC)}
    return {
        "$schema": DIALECT,
        "title": "The settings of papertui",
        "type": "object",
        "properties": {
            APP.name: _table(APP),
            "feeds": {
                "type": "object",
                "description": "the feeds you follow, a table [feeds.NAME] each",
                "propertyNames": {"pattern": f"^{FEED_KEY}$", "not": {"enum": list(RESERVED_FEED_KEYS)}},
                "additionalProperties": {"$ref": "#/$defs/feed"},
            },
            MUTE.name: mute,
            **plain,
            "keys": _keys(keys),
        },
        "additionalProperties": False,
        "$defs": {"feed": feed, "mute": _table(MUTE_FEED)},
    }


def _table(table: Table) -> dict[str, Any]:
    properties = {}
    for setting in table.settings:
        default = table.default(setting)
        properties[setting.key] = {
            **setting.type.schema,
            "description": setting.meaning,
            **({} if default is None else {"default": list(default) if isinstance(default, tuple) else default}),
        }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _keys(keys: tuple[KeySetting, ...]) -> Mapping[str, Any]:
    properties = {
        one.name: {
            **({"enum": list(one.choices)} if one.choices else {"type": "string", "pattern": _KEYS}),
            "description": one.about,
            **({"default": one.default} if one.default else {}),
        }
        for one in keys
    }
    return {
        "type": "object",
        "description": KEYS_MEANING,
        "properties": properties,
        "additionalProperties": False,
    }
