"""The fictional sub-district that every user sees first, and the script that makes it."""
