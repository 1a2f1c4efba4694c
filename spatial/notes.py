"""What a hotspot map must say of itself: how much it rests on, and what it leaves out."""

from data.errors import N_, Message
from spatial.units import AREA, UNIT_NAMES

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


def timeless_note(n: int) -> list[Message]:
    """Say how many incidents have no time at all."""
    text = N_("{n} incidents without a time are not counted.")
    return [Message.of(text, n=n)] if n else []


def unitless_note(n: int, kind: str) -> list[Message]:
    """Say how many incidents in the study area lie in none of the drawn areas or near no street."""
    text = N_("{n} incidents lie in none of the {units} and are not counted.")
    return [Message.of(text, n=n, units=_units(kind))] if n else []


def area_note(kind: str) -> list[Message]:
    """Say that nobody can stand at an area, where incidents are counted by drawn areas."""
    text = N_("Patrols and booths are planned by cells: a drawn area is no place to stand at.")
    return [Message.of(text)] if kind == AREA else []


def bandwidth_note(size_m: float, *, chosen: bool) -> list[Message]:
    """Say whether the bandwidth was found by cross-validation, or could not be."""
    text = N_("The bandwidth of {size} m foretells incidents left out best (cross-validation).")
    if not chosen:
        text = N_("Too few different places to choose a bandwidth; {size} m is used as set.")
    return [Message.of(text, size=round(size_m))]


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


def chance_note(
    code: str, n_hot: int, n_units: int, n_chance: float, kind: str = "square"
) -> list[Message]:
    """Say how many units are hot, and how many a map of chance would have at the same level."""
    values = {"shift": shift_name(code), "n_units": n_units, "units": _units(kind)}
    if n_hot == 0:
        text = N_("{shift}: none of {n_units} {units} stands out beyond chance.")
        return [Message.of(text, **values)]
    text = N_(
        "{shift}: {n_hot} of {n_units} {units} are hot; if the counts lay at random, about "
        "{n_chance} would be."
    )
    return [Message.of(text, **values, n_hot=n_hot, n_chance=f"{n_chance:.2g}")]


def _units(kind: str) -> Message:
    """Name units in the user's language."""
    return Message.of(UNIT_NAMES[kind])
