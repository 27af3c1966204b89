"""Our interpreters import nothing from the current folder, which may be full of hand-ins.

Python looks for every module in the current folder first where it is started with `-m` or `-c`, and
wherever PYTHONPATH holds a relative or an empty name. A hand-in called `json.py` would be run.

This module comes before all others and needs `sys` and `os` alone, which are there when Python starts:
even `typing` or `__future__` would be looked for in the current folder.
"""

import os
import sys

# Where interpreters of ours run that need no files: a folder that is always there and nobody hands in to.
FOLDER = os.path.abspath(os.sep)

# Python's own variables that children keep; the others may make them import, run or wait for something.
_KEPT = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPYCACHEPREFIX", "PYTHONUTF8"})
_FOLDERS = frozenset({"PYTHONHOME", "PYTHONPYCACHEPREFIX"})  # code is read from these


def isolate() -> None:
    """Keep this interpreter, and all that it starts, from looking for modules in the current folder."""
    sys.path[:] = importable()
    named = [
        entry for entry in _named_folders() if os.path.isabs(entry) and os.path.abspath(entry) in sys.path
    ]
    os.environ["PYTHONPATH"] = os.pathsep.join(named)
    if not named:
        del os.environ["PYTHONPATH"]
    os.environ["PYTHONSAFEPATH"] = "1"
    for name in _FOLDERS & os.environ.keys():
        if not os.path.isabs(os.environ[name]):
            del os.environ[name]
    if sys.pycache_prefix is not None and not os.path.isabs(sys.pycache_prefix):
        sys.pycache_prefix = None


def importable() -> list[str]:
    """Return `sys.path` without the current folder and without what was named relative to it.

    The folders of this package, of the standard library and of what is installed stay, even where
    somebody works in one of them; but if `-m` has put that one first as well, not in that place.
    """
    here = _identity(os.curdir)
    avoided: set[object] = {here}
    for entry in _named_folders():
        if not os.path.isabs(entry):
            avoided |= {_identity(entry), os.path.abspath(entry)}
    for entry in _installed():
        avoided -= {_identity(entry), os.path.abspath(entry)}
    kept = [
        entry
        for entry in sys.path
        if os.path.isabs(entry) and entry not in avoided and (_identity(entry) or entry) not in avoided
    ]
    return [
        entry for place, entry in enumerate(kept, 1) if entry not in kept[place:] or _identity(entry) != here
    ]


def child_command(*arguments: str) -> list[str]:
    """Return the command that runs this Python with arguments, without the current folder on its path."""
    return [sys.executable, "-P", *arguments]


def child_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what makes a Python import or run something, and with `more`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") or (name in _KEPT and (name not in _FOLDERS or os.path.isabs(value)))
    }
    return kept | more


def _named_folders() -> list[str]:
    """Return the folders in PYTHONPATH; an empty name is the current one."""
    text = os.environ.get("PYTHONPATH", "")
    return [entry or os.curdir for entry in text.split(os.pathsep)] if text else []


def _installed() -> list[str]:
    """Return where this package, the standard library and installed packages are."""
    library = os.path.dirname(os.__file__)
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    site = sys.modules.get("site")  # loaded when Python started, unless with -S
    packages = [*site.getsitepackages(), site.USER_SITE] if site else []
    return [home, library, os.path.join(library, "lib-dynload"), *filter(None, packages)]


def _identity(folder: str) -> tuple[int, int] | None:
    """Return what names a folder however it is written, None where there is none."""
    try:
        found = os.stat(folder)
    except OSError:
        return None
    return found.st_dev, found.st_ino
