"""The one way by which a text, or anything else, reaches a map."""

import json
from collections.abc import Mapping

import numpy as np

# besides HTML's own five: the backtick, the dollar, the backslash and the braces, which a
# JavaScript template literal or a template of folium would read as code
_ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "&<>\"'`$\\{}"})
_LINE_ENDS = str.maketrans(dict.fromkeys("\u2028\u2029\r\n\t", " "))


def escape(text: str) -> str:
    r"""Return `text` with every character that could act as code as a numeric entity.

    Examples
    --------
    >>> escape("<b>${x}</b>")
    '&#60;b&#62;&#36;&#123;x&#125;&#60;/b&#62;'
    """
    return text.translate(_LINE_ENDS).translate(_ENTITIES)


def embed(value: object) -> str:
    """Write a value as JSON for a map's script, every text in it escaped.

    Parameters
    ----------
    value
        Mappings with plain names as keys, lists, tuples, texts, numbers, booleans and None.

    Raises
    ------
    TypeError
        If a value is none of these: only what is known to be harmless may pass.

    Examples
    --------
    >>> embed({"tip": ["12 <起>"], "at": (39.1, 117.2)})
    '{"tip":["12 &#60;起&#62;"],"at":[39.1,117.2]}'
    """
    return json.dumps(_safe(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _safe(value: object) -> object:
    """Escape the texts of a value at every depth."""
    if isinstance(value, str):
        return escape(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, np.generic):
        return _safe(value.item())
    if isinstance(value, Mapping):
        return {_key(key): _safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_safe(item) for item in value]
    text = f"A map cannot show a {type(value).__name__}; turn it into text first."
    raise TypeError(text)


def _key(key: object) -> str:
    """Return a key that is a plain name; keys are ours, never data."""
    name = str(key)
    if not name.isidentifier():
        text = f"{name!r} is no plain name."
        raise TypeError(text)
    return name
