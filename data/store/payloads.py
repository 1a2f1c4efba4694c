"""What is noted about a file or a setting, without what may be a person's number."""

from collections.abc import Mapping
from typing import Any

from data.masking import mask_but_moments


def mask_deep(value: Any) -> Any:
    """
    Mask the texts of a nested value; dates and times stay.

    Examples
    --------
    >>> mask_deep({"列": ["电话13800001234", "2026-09-03"], "n": 13800001234})
    {'列': ['电话***', '2026-09-03'], 'n': 13800001234}
    """
    if isinstance(value, Mapping):
        return {mask_but_moments(str(key)): mask_deep(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [mask_deep(part) for part in value]
    return mask_but_moments(value) if isinstance(value, str) else value
