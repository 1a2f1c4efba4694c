import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spatial.emerging import PATTERNS, EmergingHotspots
from spatial.emerging_places import group_places
from spatial.grid import Lattice

SIDE, SLICES = 5, 4
LATTICE = Lattice("square", 50.0, (0.0, 0.0), SIDE, SIDE)
CELLS = pd.DataFrame(
    {"column": np.arange(SIDE**2) % SIDE, "row": np.arange(SIDE**2) // SIDE},
    index=[f"c{i}" for i in range(SIDE**2)],
)
CODES = ["none", "new", "sporadic"]


@given(
    arrays(int, SIDE**2, elements=st.integers(0, 2)),
    arrays(bool, (SIDE**2, SLICES)),
)
def test_places_are_the_connected_cells_of_a_pattern(
    code: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    hot: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
) -> None:
    """Two cells share a place just where cells of their pattern lead from one to the other."""
    pattern = np.array(CODES)[code]
    hot[:, -1] |= code > 0  # a pattern of these two is hot in the last slice
    neighbours = LATTICE.neighbours(CELLS)
    found = EmergingHotspots(
        pd.DataFrame({"pattern": pattern}, index=CELLS.index),
        pd.DataFrame(hot, index=CELLS.index),
        (),
    )
    grouped = group_places(found, neighbours, pd.Series(1.0, CELLS.index))
    place, row_of = np.full(SIDE**2, -1), CELLS.index.get_indexer(grouped.place_of_cell.index)
    place[row_of] = grouped.place_of_cell
    assert ((place >= 0) == (code > 0)).all()
    assert grouped.places["n_cells"].sum() == grouped.places["n"].sum() == (code > 0).sum()
    linked = neighbours.toarray().astype(bool) & (code[:, None] == code) & (code > 0)
    for _ in range(SIDE**2):
        linked = linked | ((linked.astype(int) @ linked.astype(int)) > 0)
    together = (place[:, None] == place) & (place >= 0)
    assert (together == linked).all()
    for row, begin in enumerate(grouped.places["since"]):
        run = hot[place == row].any(axis=0)
        assert run[begin:].all()
        assert begin == 0 or not run[begin - 1]
    order = [list(PATTERNS).index(name) for name in grouped.places["pattern"]]
    assert order == sorted(order)
