"""Recordings that can be played: a second of a tone instead of anybody's voice."""

from __future__ import annotations

import math
import wave
from array import array
from pathlib import Path

__all__ = ["write_recording"]

RATE = 8_000
"""Samples a second, as telephones have."""


def write_recording(path: Path, number: int) -> None:
    """Write the recording of that number, the same bytes every time, as mono WAV of 16 bits."""
    turn = 2 * math.pi * (220 + 20 * (number % 20)) / RATE
    samples = array("h", (round(8_000 * math.sin(turn * position)) for position in range(RATE)))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(samples.itemsize)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
