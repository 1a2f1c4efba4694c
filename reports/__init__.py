"""Paper and files out: what a plan becomes for GIS, spreadsheets and the audit."""
