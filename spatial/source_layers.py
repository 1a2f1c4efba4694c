"""Who found an incident: citizens, agencies and patrols make maps of different things."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from data.errors import N_, Message
from spatial.aoristic import TWELFTHS
from spatial.rates import exact_interval
from spatial.refusals import refuse_few

CITIZEN, AGENCY, PATROL, UNKNOWN = "citizen", "agency", "patrol", "unknown"
SOURCE_LAYERS: Mapping[str, str] = MappingProxyType(
    {
        "order_12345": CITIZEN,
        "call_110": CITIZEN,
        "tip": CITIZEN,
        "grid": AGENCY,
        "handover": AGENCY,
        "online": AGENCY,
        "patrol_find": PATROL,
    }
)
"""Layer of each source; any other source is unknown."""
LAYER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        CITIZEN: N_("reports of citizens"),
        AGENCY: N_("reports of agencies"),
        PATROL: N_("finds of patrols"),
        UNKNOWN: N_("source not known"),
    }
)
MOSTLY = 0.5


def layer_of_source(source: pd.Series) -> pd.Series:
    """
    Name the layer of each incident's source.

    Parameters
    ----------
    source
        Codes of the INCIDENTS frame.

    Returns
    -------
    layer
        On the same index: `citizen`, `agency`, `patrol` or `unknown`.

    Examples
    --------
    >>> layer_of_source(pd.Series(["call_110", "patrol_find", ""])).tolist()
    ['citizen', 'patrol', 'unknown']
    """
    return source.map(SOURCE_LAYERS).fillna(UNKNOWN).astype(str).rename("layer")


def count_by_source(source: pd.Series, twelfths: pd.DataFrame) -> pd.DataFrame:
    """
    Count the incidents of each layer by shift; the layers add up to the whole.

    Parameters
    ----------
    source
        Codes of the INCIDENTS frame.
    twelfths
        Result of `shift_twelfths`, on the same index.

    Returns
    -------
    counts
        A row for each layer: `n_<shift>` for each shift, their sum `n`, and `share` of all.

    Raises
    ------
    DegenerateDataError
        If there is no incident, so that no share can be told.

    Examples
    --------
    >>> source = pd.Series(["tip", "patrol_find", "grid", "tip"])
    >>> twelfths = pd.DataFrame({"day": [12, 12, 6, 0], "night": [0, 0, 6, 12]})
    >>> count_by_source(source, twelfths)
             n_day  n_night    n  share
    citizen    1.0      1.0  2.0   0.50
    agency     0.5      0.5  1.0   0.25
    patrol     1.0      0.0  1.0   0.25
    unknown    0.0      0.0  0.0   0.00
    """
    refuse_few(len(source), 1)
    counts = (twelfths.groupby(layer_of_source(source).to_numpy()).sum() / TWELFTHS).reindex(
        list(LAYER_NAMES), fill_value=0.0
    )
    total = counts.sum(axis=1)
    named = counts.add_prefix("n_").assign(n=total, share=total / total.sum())
    return named.rename_axis(index=None, columns=None)


def police_activity_note(counts: pd.DataFrame, *, limit: float = MOSTLY) -> list[Message]:
    """
    Warn that a map shows where patrols go rather than where incidents happen.

    Parameters
    ----------
    counts
        Result of `count_by_source`.
    limit
        Share of patrol finds from which on there is a warning.

    Returns
    -------
    notes
        A warning, or only the share of patrol finds; nothing without any.

    References
    ----------
    Lum & Isaac (2016), Significance 13(5), doi:10.1111/j.1740-9713.2016.00960.x

    Examples
    --------
    >>> counts = pd.DataFrame({"n": [1.0, 3.0], "share": [0.25, 0.75]}, ["citizen", "patrol"])
    >>> print(police_activity_note(counts)[0])
    75 % of the incidents are finds of patrols: the map shows mostly where they went.
    """
    share = float(counts["share"].get(PATROL, 0.0))
    if share == 0:
        return []
    text = (
        N_("{share} % of the incidents are finds of patrols: the map shows mostly where they went.")
        if share >= limit
        else N_("{share} % of the incidents are finds of patrols, made only where patrols went.")
    )
    return [Message.of(text, share=round(100 * share))]


def finds_per_visit_hour(
    finds: pd.Series, visit_hours: pd.Series, *, confidence: float = 0.95
) -> tuple[pd.DataFrame, tuple[Message, ...]]:
    """
    Divide the finds of patrols at each place by the hours that patrols spent there.

    Parameters
    ----------
    finds
        Finds of patrols by place, whole numbers of at least 0.
    visit_hours
        Hours of visits by place; a place without any is missing or 0.
    confidence
        Of the exact (Garwood) interval.

    Returns
    -------
    rates
        On the index of both: `n`, `visit_hours`, `per_hour`, `low` and `high`; the last three NaN
        where nobody stayed on record.
    notes
        How many finds were made where no visit is on record, or that no visit is at all.

    References
    ----------
    Garwood (1936), Biometrika 28(3/4), doi:10.1093/biomet/28.3-4.437

    Examples
    --------
    >>> finds, hours = pd.Series({"K1": 3, "K2": 1}), pd.Series({"K1": 6.0, "K3": 2.0})
    >>> rates, notes = finds_per_visit_hour(finds, hours)
    >>> rates.round(2)
        n  visit_hours  per_hour  low  high
    K1  3          6.0       0.5  0.1  1.46
    K2  1          0.0       NaN  NaN   NaN
    K3  0          2.0       0.0  0.0  1.84
    >>> print(notes[0])
    1 finds were made where no visit is on record; they have no rate.
    """
    places = finds.index.union(visit_hours.index)
    n = finds.reindex(places, fill_value=0)
    hours = visit_hours.reindex(places).fillna(0.0)
    known = hours.where(hours > 0)
    bounds = exact_interval(n, confidence=confidence).div(known, axis=0)
    columns = {"n": n, "visit_hours": hours, "per_hour": n / known}
    rates = pd.DataFrame(columns).join(bounds)
    said = []
    if known.isna().all():
        said.append(Message.of(N_("No visit is on record; finds of patrols have no rate.")))
    elif unseen := int(n[known.isna()].sum()):
        text = N_("{n} finds were made where no visit is on record; they have no rate.")
        said.append(Message.of(text, n=unseen))
    return rates, tuple(said)
