"""Coordinates that cannot be what they seem: nothing, exchanged, scaled, or of another unit."""

import numpy as np
import pandas as pd

from data.errors import N_
from data.ledger.findings import MOST_LISTED, Findings, Rule

WORLD_X, WORLD_Y = 180.0, 90.0
BLANK_NUMBERS = (0.0, -1.0, 999.0, 9999.0, 99999.0, 999999.0, -999.0, -9999.0)
"""What stands in number columns for nothing."""
NOT_METRES = 46_000_000.0
"""No projected coordinate is larger, the number of the zone in front included."""
SCALES = (1e5, 1e6, 1e7, 1e8)
FAR_DEG, NEAR_DEG = 5.0, 1.0
"""Exchanged coordinates lie this far from the middle of the file, and those put right this near."""

POSITION_ZERO = Rule("position_zero", N_("{n} positions are 0, 0, which is no place."), "dropped")
POSITION_BLANK = Rule(
    "position_blank", N_("{n} positions are numbers that stand for nothing, like -1."), "dropped"
)
POSITION_HALF = Rule(
    "position_half",
    N_("{n} positions lack one of the two coordinates."),
    "dropped",
    N_("Write both."),
)
POSITION_SCALED = Rule(
    "position_scaled",
    N_("{n} positions are degrees without their decimal point; it was put in."),
    "repaired",
)
POSITION_EXCHANGED = Rule(
    "position_exchanged", N_("{n} positions had longitude and latitude exchanged."), "repaired"
)
POSITION_STRANGE = Rule(
    "position_strange",
    N_("{n} positions are in another unit than the rest of the file, or out of range."),
    "dropped",
    N_("Write all positions of a file in one system."),
)


def said_places(raw: pd.DataFrame, rows: pd.Series) -> pd.Series:
    """Write what was made of the rows that a finding lists."""
    listed = raw.loc[rows.index[:MOST_LISTED]]
    return pd.Series(
        [f"{x:.10g}, {y:.10g}" for x, y in listed.to_numpy(dtype=float)], listed.index, dtype=str
    )


def drop_missing(raw: pd.DataFrame, said: pd.Series, findings: Findings) -> pd.DataFrame:
    """
    Empty the positions that are nothing, or half of one.

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [0.0, 117.2, -1.0], "y": [0.0, 39.1, -1.0]})
    >>> findings = Findings()
    >>> drop_missing(raw, pd.Series(["0", "117.2", "-1"]), findings)["x"].tolist()
    [nan, 117.2, nan]
    >>> findings.counts
    {'position_zero': 1, 'position_blank': 1}
    """
    blank = raw.isin(BLANK_NUMBERS)
    # 0 and -1 are coordinates too where the other records of the file are near them
    middle = raw.where(~blank).median()
    near = (raw - middle).abs() <= FAR_DEG
    gone = raw.isna() | (blank & ~near)
    both, half = gone.all(axis=1), gone.any(axis=1) & ~gone.all(axis=1)
    zero = (raw == 0).all(axis=1) & both
    findings.add(POSITION_ZERO, said[zero], column="lon")
    findings.add(POSITION_BLANK, said[both & ~zero & raw.notna().any(axis=1)], column="lon")
    findings.add(POSITION_HALF, said[half], column="lon")
    return raw.mask(both | half)


def restore_scale(raw: pd.DataFrame, said: pd.Series, findings: Findings) -> pd.DataFrame:
    """
    Put the decimal point back into whole numbers that are too large to be metres.

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [117206300.0], "y": [39141000.0]})
    >>> restore_scale(raw, pd.Series([""]), Findings()).to_numpy().tolist()
    [[117.2063, 39.141]]
    """
    size = raw.abs()
    scaled = (size.max(axis=1) > NOT_METRES) & (raw == raw.round()).all(axis=1)
    if not scaled.any():
        return raw
    scale = pd.Series(np.nan, raw.index)
    for factor in SCALES:  # the smallest that fits: more digits before the point than after
        fits = (size.max(axis=1) <= WORLD_X * factor) & (size.min(axis=1) <= WORLD_Y * factor)
        scale = scale.fillna(pd.Series(factor, raw.index).where(fits & scaled))
    made = raw.div(scale, axis=0).where(scale.notna(), raw)
    changed = said[scale.notna()]
    findings.add(POSITION_SCALED, changed, column="lon", after=said_places(made, changed))
    return made


def restore_sides(raw: pd.DataFrame, said: pd.Series, findings: Findings) -> pd.DataFrame:
    """
    Exchange longitude and latitude where they certainly stand the wrong way round.

    That is so where the latitude is beyond the pole and the other number is not, and where the
    position lies far from the rest of the file and its mirror image amid it.

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [39.1469, 8.5], "y": [117.2128, 47.4]})
    >>> restore_sides(raw, pd.Series(["", ""]), Findings()).to_numpy().tolist()
    [[117.2128, 39.1469], [8.5, 47.4]]
    """
    degrees = (raw.abs() <= WORLD_X).all(axis=1)
    beyond = degrees & (raw["y"].abs() > WORLD_Y) & (raw["x"].abs() <= WORLD_Y)
    mirrored = raw.set_axis(["y", "x"], axis=1)[["x", "y"]]
    made = raw.mask(beyond, mirrored)
    middle = made[degrees].median()
    off = (made - middle).abs().max(axis=1)
    off_mirrored = (mirrored - middle).abs().max(axis=1)
    apart = degrees & ~beyond & (off > FAR_DEG) & (off_mirrored < NEAR_DEG)
    made = made.mask(apart, mirrored)
    changed = said[beyond | apart]
    findings.add(POSITION_EXCHANGED, changed, column="lon", after=said_places(made, changed))
    return made


def drop_strangers(raw: pd.DataFrame, said: pd.Series, findings: Findings) -> pd.DataFrame:
    """
    Empty the degrees in a file of metres, and what is none in a file of degrees.

    Examples
    --------
    >>> raw = pd.DataFrame({"x": [117.2, 117.3, 517000.0], "y": [39.1, 39.2, 4333000.0]})
    >>> drop_strangers(raw, pd.Series(["", "", ""]), Findings())["x"].tolist()
    [117.2, 117.3, nan]
    """
    given = raw.notna().all(axis=1)
    degrees = given & (raw["x"].abs() <= WORLD_X) & (raw["y"].abs() <= WORLD_Y)
    usual = degrees if degrees.sum() * 2 >= given.sum() else ~degrees
    strange = given & ~usual
    findings.add(POSITION_STRANGE, said[strange], column="lon")
    return raw.mask(strange)
