"""The incidents that the panels speak of, and since when the ledger knows."""

import geopandas as gpd
import pandas as pd

from app.study import Study
from spatial.refusals import refuse_few, refuse_no_time

DAY = pd.DateOffset(days=1)
MOMENT = pd.Timedelta(microseconds=1)


def analysed_incidents(study: Study) -> gpd.GeoDataFrame:
    """Return the incidents that the study counts: of the street, in the area and the period."""
    return study.area.incidents.loc[study.hotspots.parts.index]


def street_incidents(study: Study) -> gpd.GeoDataFrame:
    """Return the incidents of the street in the area, of all times on record."""
    street = study.area.street_incidents
    mask = study.area.boundary.buffer(study.area.settings.analysis.edge_buffer_m)
    return street[street.geometry.within(mask)]


def ledger_days(study: Study) -> tuple[pd.Timestamp, pd.Timestamp]:
    """
    Return the first midnight of the ledger and the one after its last day, with zone.

    Every record counts, also of another place or kind: a day with any was not without a clerk.

    Raises
    ------
    DegenerateDataError
        If there is no record, or none has a time.
    """
    incidents = study.area.incidents
    refuse_few(len(incidents), 1)
    refuse_no_time(incidents["occurred_from"], incidents["occurred_to"])
    first, last = incidents["occurred_from"], incidents["occurred_to"]
    # an interval that ends at midnight has no part in the day that begins then
    last = last.where(last == first, last - MOMENT)
    return first.min().normalize(), last.max().normalize() + DAY
