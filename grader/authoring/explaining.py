"""What a criterion looks for, written out as YAML: the keys of its check, or what they are compiled to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from grader.rubric.questions import Criterion

_WIDE: Final = 118  # characters of a line


def explained(criterion: Criterion) -> str:
    """Return what a criterion looks for, as YAML; sets stand behind the patterns that name them."""
    text: str = yaml.safe_dump(
        _plain(criterion.check.compiled(criterion.check_name)),
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=None,
        width=_WIDE,
    )
    return text


def _plain(value: Any) -> Any:
    """Return what a YAML file can hold."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
