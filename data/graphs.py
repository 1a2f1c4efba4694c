"""The one type of every street graph: OSMnx's directed multigraph with integer node ids."""

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    StreetGraph = nx.MultiDiGraph[int]
else:  # networkx has no subscript at run time
    StreetGraph = nx.MultiDiGraph

Edge = tuple[int, int, int]
"""A directed edge: from node, to node, key among the parallel ones."""
EdgeRow = tuple[int, int, dict[str, object]]
"""A directed edge before it has a key: from node, to node, attributes."""
