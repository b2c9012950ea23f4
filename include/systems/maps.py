"""Find the data maps: the folder that AMANAH_SYSTEMS names holds one file for each system, or several in one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from include.errors import NeverRetry
from include.systems.model import System

__all__ = ["all_maps"]


def all_maps(settings: Mapping[str, str] = os.environ) -> tuple[System, ...]:
    """Read every map, by key. Without the setting there is no other system.

    Raises NeverRetry for a folder that is not there, a map that cannot be read, and a key that two maps have.
    """
    from include.systems.manifest import load_map

    found = dict[str, System]()
    for part in filter(None, settings.get("AMANAH_SYSTEMS", "").split(os.pathsep)):
        folder = Path(part).expanduser()
        if not folder.is_dir():
            raise NeverRetry(f"AMANAH_SYSTEMS: {folder} is no folder; let it name the one with the data maps")
        for file in sorted((*folder.glob("*.yml"), *folder.glob("*.yaml"))):
            for system in load_map(file):
                if system.key in found:
                    raise NeverRetry(f"{file}: there is another map of {system.key}; a system has one")
                found[system.key] = system
    return tuple(found[key] for key in sorted(found))
