"""Start `grade` as a process of its own, kill it or its workers, and see what is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
# How long workers may take to notice that they are alone.
PATIENCE = 5.0


class Running:
    """One `grade` in a session of its own, so that all its processes can be found."""

    def __init__(self, *words: object, **more: str) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "troublesome.py"), *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more},
        )

    def members(self) -> dict[int, int]:
        """Return the living processes of the session with their parents."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    state, parent, _, session = (entry / "stat").read_text().rpartition(") ")[2].split()[:4]
                except OSError:
                    continue
                if int(session) == self.process.pid and state != "Z":
                    found[int(entry.name)] = int(parent)
        return found

    def workers(self) -> list[int]:
        """Return the processes that mark: they are forked by a server, not by the main process."""
        main = self.process.pid
        return [pid for pid, parent in self.members().items() if main not in (pid, parent)]

    def kill(self) -> None:
        """End the main process at once."""
        self.process.kill()
        self.process.communicate()

    def left(self) -> list[int]:
        """Return the processes that are still there after a while."""
        end = time.monotonic() + PATIENCE
        while (members := list(self.members())) and time.monotonic() < end:
            time.sleep(0.05)
        return members

    def finish(self) -> tuple[int, str, str]:
        """Wait for the end; return the exit code and what was said."""
        out, errors = self.process.communicate(timeout=100)
        return self.process.returncode, out, errors


def files(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder, hidden ones as well."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
