from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from scipy.sparse import csr_array

Published = Callable[[str, str], tuple[pd.Series, "csr_array[Any]"]]


@pytest.fixture
def published() -> Published:
    """Values of a data set that ships inside libpysal, and its queen contiguity (0 or 1)."""

    def read(layer: str, column: str) -> tuple[pd.Series, "csr_array[Any]"]:
        from libpysal.examples import get_path  # noqa: PLC0415  # slow, and only these tests need it
        from libpysal.graph import Graph  # noqa: PLC0415

        frame = gpd.read_file(get_path(layer))
        return frame[column], Graph.build_contiguity(frame, rook=False).sparse

    return read
