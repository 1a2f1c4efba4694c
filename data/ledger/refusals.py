"""Sentences with which a file is refused at the door."""

from collections.abc import Sequence

from data.errors import N_, AreaError, FaultList, Message

DAMAGED = N_("The file is damaged, cut short or not what its name says.")
EMPTY = N_("The file is empty.")
LOCKED = N_("The file is locked with a password.")
TOO_LARGE = N_("The file is larger than {n} MB.")

EXPORT_AGAIN = N_("Export it again.")
SAVE_AGAIN = N_("Open it in WPS or Excel and save it as xlsx.")
UNLOCK = N_("Remove the password and save it again.")


def refuse_row(what: str, remedy: str, row: int) -> AreaError:
    """
    Return the error that refuses a file for one of its rows.

    Examples
    --------
    >>> print(refuse_row("A cell is odd.", "Correct it.", 7))
    row 7: A cell is odd. Correct it.
    """
    faults = FaultList()
    faults.add(what, remedy, row=row)
    return AreaError(faults.faults)


def refuse_unknown_sheet(name: str, names: Sequence[str]) -> None:
    """
    Raise if there is no sheet or layer of a name.

    Examples
    --------
    >>> refuse_unknown_sheet("线索", ["台账", "说明"])
    Traceback (most recent call last):
    data.errors.AreaError: There is no such sheet or layer. (value: 线索) Choose one of: 台账, 说明.
    """
    if name not in names:
        faults = FaultList()
        choice = Message.of(N_("Choose one of: {names}."), names=", ".join(names))
        faults.add(N_("There is no such sheet or layer."), choice, value=name)
        faults.raise_if_any(AreaError)
