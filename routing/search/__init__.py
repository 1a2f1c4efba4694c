"""Our own search for team orienteering: which team makes which visits, in what order."""
