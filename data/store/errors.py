"""What can go wrong with the store, said so that a clerk can put it right."""

from data.errors import XungeError


class StoreError(XungeError):
    """The store cannot be opened, or cannot do what was asked of it."""


class DamagedStoreError(StoreError):
    """What stands in the store's place is damaged, or something else."""


class ImportCancelledError(StoreError):
    """A person stopped an import: nothing of it was kept."""
