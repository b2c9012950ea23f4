"""The part of a drill that destroys: a process of its own, whose settings name the scratch copy and nothing else."""

from __future__ import annotations

import sys
from datetime import datetime

from include.duties.destruction.actions import destroy_due

__all__ = ["main"]


def main(at: str) -> int:
    """Destroy whoever asked for it in the scratch copy: the drill's person. Return 0 where exactly they went."""
    return 0 if destroy_due(datetime.fromisoformat(at))["destroyed"] == 1 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
