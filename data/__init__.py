"""What the tool knows: areas, ledgers, street networks, settings and their faults."""
