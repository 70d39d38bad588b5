"""Which settings what runs was started with, so that a command can say where its own differ.

Values are kept as keyed hashes: some are secret, and one need only know whether they are the same.
"""

import hashlib
import json
from contextlib import suppress

from pydantic import SecretStr

from linehouse.runtime import credentials
from linehouse.runtime.layout import Layout
from linehouse.settings import Settings

FILE = "settings.json"
HASH_KEY = "settings_hash_key"
SAID_BY_COMMANDS = frozenset({"mode_override", "log_file", "log_level"})
"""What a command tells each run itself, and what concerns its own process alone."""


def remember(layout: Layout, settings: Settings) -> None:
    """Keep what is started with these settings. Raises OSError where it cannot be written."""
    text = json.dumps(_hashes(layout, settings), indent=1)
    (layout.run / FILE).write_text(text, encoding="utf-8")


def differing(layout: Layout, settings: Settings) -> list[str]:
    """Variables whose value is another than what runs was started with; none where that is not
    known."""
    with suppress(OSError, ValueError):
        kept = json.loads((layout.run / FILE).read_text(encoding="utf-8"))
        return [name for name, told in _hashes(layout, settings).items() if kept.get(name) != told]
    return []


def _hashes(layout: Layout, settings: Settings) -> dict[str, str]:
    key = credentials.read_or_make(layout.secrets, HASH_KEY).encode()
    found = {}
    for name, field in type(settings).model_fields.items():
        if name in SAID_BY_COMMANDS:
            continue
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else str(getattr(alias, "choices", [name])[0])
        found[variable] = hashlib.blake2b(repr(plain).encode(), key=key).hexdigest()
    return found
