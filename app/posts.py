"""In whose name something is done where nobody says it: one post, on the pages and the commands."""

from app.i18n import t


def default_post() -> str:
    """Return the post that is noted where none is named.

    Examples
    --------
    >>> from app.i18n import in_language
    >>> with in_language("zh"):
    ...     default_post()
    '办公室'
    """
    return t("办公室")
