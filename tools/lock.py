"""Compile requirements.txt from pyproject.toml with uv, which must be on the PATH."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = """\
# The locked environment of make, CI and Binder: exact versions with hashes.
# Compiled from pyproject.toml; do not edit by hand. To compile it again: make lock
"""
COMMAND = [
    "uv", "pip", "compile", "pyproject.toml",
    "--universal", "--python-version", "3.11", "--fork-strategy", "fewest",
    "--extra", "posterior", "--extra", "cluster", "--extra", "book",
    "--extra", "check", "--extra", "test", "--extra", "build",
    "--generate-hashes", "--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links",
]  # fmt: skip


def main():
    if shutil.which("uv") is None:
        sys.exit("make lock needs uv (https://docs.astral.sh/uv); install it and run again")
    result = subprocess.run(COMMAND, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    (ROOT / "requirements.txt").write_text(HEADER + result.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()
