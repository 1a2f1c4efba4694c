"""Sweeps (拉网式清查): every chosen street walked at least once, the longest tour short."""
