"""What can be wrong, said so that a clerk can put it right."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from data.masking import mask_path, mask_value


def N_(text: str) -> str:  # noqa: N802  # the customary gettext marker
    """Mark `text` for the message catalogue and return it unchanged.

    Examples
    --------
    >>> N_("no street")
    'no street'
    """
    return text


@dataclass(frozen=True)
class Message:
    """A sentence for a user: an English template and its values, translated where it is shown.

    A value may itself be a `Message`; it is rendered in the same language as the sentence.

    Examples
    --------
    >>> str(Message.of("{n} of {total} points lie outside.", n=3, total=40))
    '3 of 40 points lie outside.'
    """

    text: str
    values: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, text: str, **values: object) -> "Message":
        """Build a message from a template marked with `N_` and the values of its placeholders."""
        return cls(text, tuple(values.items()))

    def __str__(self) -> str:
        """Render in English, the developers' language."""
        return self.text.format(**{name: str(value) for name, value in self.values})


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where it is and how to put it right.

    What may be a telephone or identity number in `file` and `value` is masked here, so that no
    caller can forget it.
    """

    what: Message
    remedy: Message
    file: str | None = None
    row: int | None = None
    """As a spreadsheet shows it: the header is row 1."""
    column: str | None = None
    value: str | None = None

    def __post_init__(self) -> None:
        """Mask what may be a person's number."""
        if self.file is not None:
            object.__setattr__(self, "file", mask_path(self.file))
        if self.value is not None:
            object.__setattr__(self, "value", mask_value(self.value, self.column))

    def __str__(self) -> str:
        """Render in English: place, cause, value, remedy."""
        place = [self.file, f"row {self.row}" if self.row else None, self.column]
        where = ", ".join(part for part in place if part)
        shown = f" (value: {self.value})" if self.value is not None else ""
        return f"{where + ': ' if where else ''}{self.what}{shown} {self.remedy}"


@dataclass
class FaultList:
    """Collects faults so that all of them are raised at once.

    Examples
    --------
    >>> faults = FaultList("booths.csv")
    >>> faults.add("The booth has no place.", "Fill in lon and lat.", row=3)
    >>> faults.raise_if_any(AreaError)
    Traceback (most recent call last):
    data.errors.AreaError: booths.csv, row 3: The booth has no place. Fill in lon and lat.
    """

    file: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def add(
        self,
        what: str | Message,
        remedy: str | Message,
        *,
        row: Any = None,
        column: str | None = None,
        value: object = None,
    ) -> None:
        """Note a fault of this list's file; plain texts must be marked with `N_`."""
        self.faults.append(
            Fault(
                what if isinstance(what, Message) else Message(what),
                remedy if isinstance(remedy, Message) else Message(remedy),
                self.file,
                None if row is None else int(row),
                column,
                None if value is None else str(value),
            )
        )

    def raise_if_any(self, error: "type[XungeError]") -> None:
        """Raise `error` with every fault, if there is one."""
        if self.faults:
            raise error(self.faults)


class XungeError(ValueError):
    """Base of every error that a user can put right; carries all faults found."""

    def __init__(self, faults: Sequence[Fault] | str | Message, remedy: str | Message = "") -> None:
        if isinstance(faults, str | Message):
            collected = FaultList()
            collected.add(faults, remedy)
            faults = collected.faults
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def named(self, file: str | None) -> tuple[Fault, ...]:
        """Return the faults with `file` filled in where none is named."""
        return tuple(replace(fault, file=fault.file or file) for fault in self.faults)


class AreaError(XungeError):
    """The area folder, or a file in it, cannot be used as it is."""


class NetworkError(XungeError):
    """The street network cannot be read, or holds no usable street."""


class DegenerateDataError(XungeError):
    """A statistic is undefined for these data."""


class PlanError(XungeError):
    """No lawful plan can be made from this staff and these rules."""
