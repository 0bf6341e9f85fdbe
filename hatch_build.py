"""Put `cypher/`, `prompts/` and `config/` into the wheel; an editable install reads them where they are."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("cypher", "prompts", "config")


class ShippedFolders(BuildHookInterface):
    """Static `force-include` would copy into editable installs too, and the copy would go stale unseen."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name what the wheel takes along, below `vibe/_shipped/`, where `vibe.catalog.shipped` looks first."""
        if version == "editable":
            return
        for folder in SHIPPED:
            if (Path(self.root) / folder).is_dir():
                build_data["force_include"][folder] = f"vibe/_shipped/{folder}"
