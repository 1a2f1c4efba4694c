"""What a database says when it cannot go on, in sentences for a clerk."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from data.errors import N_
from data.store.errors import DamagedStoreError, StoreError

DAMAGED = N_("The store is damaged.")
RESTORE_IT = N_("Nothing was changed. Restore the last backup with: xunge restore")
_CASES = (
    (
        ("is locked", "lock timeout"),
        N_("Another program is writing to the store."),
        N_("Try again in a minute."),
    ),
    (("malformed", "not a database", "disk i/o error"), DAMAGED, RESTORE_IT),
    (("is full", "no space left"), N_("The disk is full."), N_("Make room on it and try again.")),
    (
        ("readonly database", "unable to open database", "permission denied", "read-only"),
        N_("The store cannot be written to."),
        N_("Check that its folder is there and that you may write to it."),
    ),
    (
        ("connection", "could not connect", "authentication", "timeout expired", "resolve"),
        N_("The database server cannot be reached, or does not let this program in."),
        N_("Check XUNGE_DATABASE_URL and the server."),
    ),
)
"""What stands in a database's message -> what is wrong, and what to do about it."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """
    Turn what a person can put right into a `StoreError`; bugs stay as they are.

    Raises
    ------
    StoreError
        If the store is locked, damaged, full, not writable or out of reach.

    Examples
    --------
    >>> with said_plainly():
    ...     raise DBAPIError("UPDATE event", {}, Exception("database is locked"))
    Traceback (most recent call last):
    data.store.errors.StoreError: Another program is writing to the store. Try again in a minute.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", error)).lower()
        for words, what, remedy in _CASES:
            if any(word in said for word in words):
                # without the cause: it holds the values that were to be written
                kind = DamagedStoreError if what is DAMAGED else StoreError
                raise kind(what, remedy) from None
        raise
