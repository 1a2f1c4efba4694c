"""Where: incidents become cells, densities and proven hotspots."""
