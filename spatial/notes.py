"""What a hotspot map must say of itself: how much it rests on, and what it leaves out."""

from data.errors import N_, Message

_SHIFTS = {"day": N_("day"), "night": N_("night"), "all": N_("all hours")}


def shift_name(code: str) -> Message | str:
    """
    Name a shift in the user's language, or by the area's own code.

    Examples
    --------
    >>> str(shift_name("night")), shift_name("early")
    ('night', 'early')
    """
    return Message.of(_SHIFTS[code]) if code in _SHIFTS else code


def restricted_note(n: int) -> list[Message]:
    """Say how many incidents are kept apart from those of the street."""
    text = N_("{n} storage dens and finds on the net are kept apart from street hotspots.")
    return [Message.of(text, n=n)] if n else []


def outside_note(n: int) -> list[Message]:
    """Say how many incidents lie outside the study area."""
    text = N_("{n} incidents outside the study area are not counted.")
    return [Message.of(text, n=n)] if n else []


def period_note(n: int) -> list[Message]:
    """Say how many incidents lie outside the period."""
    text = N_("{n} incidents outside the period are not counted.")
    return [Message.of(text, n=n)] if n else []


def unreached_note(n_dropped: int, n_kept: int) -> list[Message]:
    """Say how many cells nobody can reach, since they would make all others look hot."""
    text = N_("{n} cells without a street and without incidents are left out; {kept} are tested.")
    return [Message.of(text, n=n_dropped, kept=n_kept)] if n_dropped else []


def ranking_note(code: str, n: float, least: int) -> list[Message]:
    """Say that a shift has too few incidents to rank its cells (样本不足)."""
    text = N_("{shift}: too few to rank cells ({n} incidents, at least {least} needed).")
    return [Message.of(text, shift=shift_name(code), n=f"{n:.1f}".removesuffix(".0"), least=least)]


def surface_note(code: str, n: float, least: int) -> list[Message]:
    """Say that a shift has too few incidents for a smooth surface."""
    text = N_("{shift}: only points and counts are shown ({n} incidents, {least} for a surface).")
    return [Message.of(text, shift=shift_name(code), n=f"{n:.1f}".removesuffix(".0"), least=least)]


def false_alarm_note(code: str, n_hot: int, n_cells: int, alpha: float) -> list[Message]:
    """Say how many of the hot cells may be hot by chance, with Benjamini-Hochberg at `alpha`."""
    name = shift_name(code)
    if n_hot == 0:
        text = N_("{shift}: none of {n_cells} cells stands out beyond chance.")
        return [Message.of(text, shift=name, n_cells=n_cells)]
    text = N_("{shift}: {n_hot} of {n_cells} cells are hot; about {n_false} of them may be chance.")
    n_false = round(alpha * n_hot, 1)
    return [Message.of(text, shift=name, n_hot=n_hot, n_cells=n_cells, n_false=n_false)]
