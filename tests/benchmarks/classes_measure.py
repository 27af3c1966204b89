"""What `classes.py` measures with: a command with all its processes, and a profile by room of the package."""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.1
_ROOM = re.compile(r".*/grader/(?:(\w+)/|(\w+)\.py)")


@dataclass
class Run:
    """A finished command: seconds, and memory in MB."""

    wall: float
    cpu: float
    largest: float
    code: int
    errors: str
    main: list[tuple[float, float]] = field(
        repr=False
    )  # (seconds since the start, memory of the main process)
    processes: int = 0


class _Watch(threading.Thread):
    """Samples every process of a session: the executors' workers may outlive the child that started them."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.begin = time.perf_counter()
        self.over = threading.Event()
        self.ticks: dict[int, int] = {}
        self.peaks: dict[int, float] = {}
        self.main: list[tuple[float, float]] = []

    def run(self) -> None:
        while not self.over.wait(SAMPLE_SECONDS):
            for entry in os.listdir("/proc"):  # noqa: PTH208 - names alone, ten times a second
                if entry.isdigit():
                    self._sample(int(entry))

    def _sample(self, pid: int) -> None:
        try:
            fields = Path(f"/proc/{pid}/stat").read_bytes().rsplit(b") ", 1)[1].split()
            if int(fields[3]) != self.session:
                return
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        except (OSError, IndexError):
            return  # it has ended in the meantime
        self.ticks[pid] = int(fields[11]) + int(fields[12])
        memory = dict(re.findall(r"^(VmHWM|VmRSS):\s+(\d+)", status, re.MULTILINE))
        if memory:  # a process that has ended and was not yet fetched has none
            self.peaks[pid] = int(memory["VmHWM"]) / 1024
            if pid == self.session:
                self.main.append((time.perf_counter() - self.begin, int(memory["VmRSS"]) / 1024))


def run_grade(arguments: list[str]) -> Run:
    """Run the real `grade`."""
    command = [str(Path(sys.executable).parent / "grade"), *arguments]
    return run_command(command, ROOT, {"PYTHONPATH": str(ROOT)})


def run_command(command: list[str], cwd: Path, variables: dict[str, str]) -> Run:
    """Run a command in a session of its own; measure it with all processes it starts there."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= variables
    begin = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    watch = _Watch(process.pid)
    watch.start()
    errors = process.stderr.read().decode() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.over.set()
    watch.join()
    # Workers that nobody waited for are missing in the first; the last moments of each are missing in the second.
    cpu = max(usage.ru_utime + usage.ru_stime, sum(watch.ticks.values()) / TICKS)
    largest = max([usage.ru_maxrss / 1024, *watch.peaks.values()])
    return Run(wall, cpu, largest, process.returncode, errors, watch.main, len(watch.peaks))


def profiled(work: Callable[[], object]) -> tuple[float, pstats.Stats]:
    """Run something under the profiler; return the seconds it took and the statistics."""
    profile = cProfile.Profile()
    begin = time.perf_counter()
    profile.runcall(work)
    return time.perf_counter() - begin, pstats.Stats(profile)


def room_of(file: str) -> str:
    """Return the room of the package a source file belongs to, or nothing."""
    found = _ROOM.match(file)
    return (found[1] or found[2]) if found else ""


def by_room(stats: pstats.Stats) -> dict[str, float]:
    """Share all own time out over the rooms; what the libraries take goes to the rooms that called them."""
    table = stats.stats  # type: ignore[attr-defined]

    @cache
    def shares(function, depth):
        room = room_of(function[0])
        callers = table[function][4] if function in table else {}
        if room or not callers or not depth:
            return {room or "python": 1.0}
        # How often matters where the time spent is too short to be counted.
        weights = {caller: cost[2] + 1e-9 * cost[0] for caller, cost in callers.items() if caller != function}
        total = sum(weights.values())
        mixed: dict[str, float] = defaultdict(float)
        for caller, weight in weights.items():
            for name, share in shares(caller, depth - 1).items():
                mixed[name] += share * weight / total
        return mixed or {"python": 1.0}

    rooms: dict[str, float] = defaultdict(float)
    for function, (_, _, own, _, _) in table.items():
        for name, share in shares(function, 12).items():
            rooms[name] += own * share
    return dict(sorted(rooms.items(), key=lambda item: -item[1]))


def by_check(stats: pstats.Stats) -> dict[str, float]:
    """Return the seconds below each check, those of the rooms it calls included."""
    checks: dict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, _, whole, _) in stats.stats.items():  # type: ignore[attr-defined]
        if name == "check" and room_of(file) == "checks":
            checks[Path(file).stem] += whole
    return dict(sorted(checks.items(), key=lambda item: -item[1]))


def top_functions(stats: pstats.Stats, count: int) -> list[tuple[float, int, str]]:
    """Return the functions with the most own time: seconds, calls, place."""
    rows = [
        (own, calls, f"{'/'.join(Path(file).parts[-2:])}:{line} {name}" if line else name)
        for (file, line, name), (_, calls, own, _, _) in stats.stats.items()  # type: ignore[attr-defined]
    ]
    return sorted(rows, reverse=True)[:count]
