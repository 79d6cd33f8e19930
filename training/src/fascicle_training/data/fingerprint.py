"""The program's fingerprint of a file, by which a manifest and a volume are told to belong together."""

from __future__ import annotations

import hashlib
from pathlib import Path

SAMPLES = 64
SAMPLE_BYTES = 64 * 1024


def fingerprint_file(path: Path) -> str:
    """SHA-256 over the size and up to 64 blocks of 64 KiB, evenly spread; see `fingerprint.ts`."""
    size = path.stat().st_size
    digest = hashlib.sha256(f"{size}\n".encode())
    with path.open("rb") as file:
        for block in _spread(-(-size // SAMPLE_BYTES)):
            # The last block ends with the file, so that appended and cut bytes are seen.
            file.seek(max(0, min(block * SAMPLE_BYTES, size - SAMPLE_BYTES)))
            digest.update(file.read(min(SAMPLE_BYTES, size)))
    return f"sampled-sha256:{digest.hexdigest()}"


def _spread(length: int) -> list[int]:
    if length <= SAMPLES:
        return list(range(length))
    # JavaScript rounds halves up.
    return [int(index * (length - 1) / (SAMPLES - 1) + 0.5) for index in range(SAMPLES)]
