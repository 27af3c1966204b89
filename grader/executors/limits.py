"""The memory of a process that marks, and how it says that this was not enough."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

# Exit status of a process that ran out of memory: what is left of it is not to be trusted.
OUT_OF_MEMORY: Final = 77


def limit_memory(most: int) -> None:
    """Let this process have at most so many bytes of address space, where the system knows such a limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
        limit = most if ceiling == resource.RLIM_INFINITY else min(most, ceiling)
        resource.setrlimit(resource.RLIMIT_AS, (limit, ceiling))
