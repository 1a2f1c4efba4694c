"""Ledgers as offices keep them -> records: readers, headers, values, datum, places, duplicates."""
