"""A virtual environment of its own for the software that is compared with."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"


def python_for(requirements: Path) -> Path:
    """Return the Python of an environment with these pinned, hashed packages; made on first use."""
    mark = hashlib.sha256(requirements.read_bytes()).hexdigest()
    folder = FOLDER / requirements.stem
    python, done = folder / "bin" / "python", folder / "made"
    if not done.is_file() or done.read_text() != mark:
        print(f"installing {requirements.name} into {folder.relative_to(ROOT)} …", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
        subprocess.run([*install, requirements], check=True, stdout=sys.stderr)
        done.write_text(mark)
    return python
