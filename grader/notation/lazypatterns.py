"""Regular expressions that are compiled when they are first used.

Most answers use few of the patterns of a module that reads them, and compiling them all would be a good part of the
time that one small hand-in takes.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Final, Generic, cast

_DEFERRED: Final = frozenset(
    {"search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "groups", "groupindex"}
)


class _Deferred(Generic[AnyStr]):
    """A pattern that becomes a compiled one; what was asked for once is found in the object itself afterwards."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _DEFERRED:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        self.__dict__.update((each, getattr(compiled, each)) for each in _DEFERRED)
        return self.__dict__[name]


def deferred(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    r"""Return a pattern that is compiled when it is first used.

    >>> deferred(r"\d+").findall("1 and 22")
    ['1', '22']
    """
    return cast("re.Pattern[AnyStr]", _Deferred(pattern, flags))
