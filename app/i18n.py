"""Texts in the language of the reader: Chinese first, English second."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from data.errors import N_, Fault, Message

LANGUAGES = {"zh": "中文", "en": "English"}
"""Codes and own names; the first is the default."""
DEFAULT_LANGUAGE = next(iter(LANGUAGES))
DOMAIN = "xunge"
LOCALES = Path(__file__).parent / "locales"

_language = ContextVar("language", default=DEFAULT_LANGUAGE)


def current_language() -> str:
    """Return the code of the language in which `t` answers."""
    return _language.get()


def set_language(code: str | None) -> str:
    """Let `t` answer in `code`, or in Chinese where the code is unknown; return the choice.

    Examples
    --------
    >>> set_language("fr")
    'zh'
    """
    chosen = code if code in LANGUAGES else DEFAULT_LANGUAGE
    _language.set(chosen)
    return chosen


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Let `t` answer in `code` inside a `with` block only.

    Examples
    --------
    >>> with in_language("en"):
    ...     t("热点")
    'Hotspots'
    """
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def t(text: str | Message, **values: object) -> str:
    """Translate a text or a message of the core now, and fill in its placeholders.

    Parameters
    ----------
    text
        A Chinese text of the interface, or a `Message` with an English template.
    values
        What stands for the named placeholders of a text; a `Message` among them is translated too.

    Examples
    --------
    >>> _ = set_language("zh")
    >>> t("共 {n} 起", n=3)
    '共 3 起'
    """
    if isinstance(text, Message):
        return t(text.text, **dict(text.values))
    template = _catalogue(current_language()).gettext(text) if text else ""
    if not values:
        return template
    return template.format(**{name: _render(value) for name, value in values.items()})


def tell_fault(fault: Fault) -> str:
    """Say in one line where something is wrong, what, and how to put it right."""
    place = [fault.file, t(N_("row {n}"), n=fault.row) if fault.row else None, fault.column]
    where = " · ".join(part for part in place if part)
    shown = t(N_("(value: {value})"), value=fault.value) if fault.value is not None else ""
    said = (t(fault.what), shown, t(fault.remedy))
    return f"{where + ': ' if where else ''}{' '.join(part for part in said if part)}"


def _render(value: object) -> object:
    """Translate a value that is a message; leave numbers as they are for their formats."""
    if isinstance(value, Message):
        return t(value)
    return value


@cache
def _catalogue(language: str) -> GNUTranslations:
    """Read one compiled catalogue, once in the life of the process."""
    with (LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as compiled:
        return GNUTranslations(compiled)
