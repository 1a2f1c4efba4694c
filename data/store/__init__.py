"""What is kept: records, layers, who changed what and when, and how to take it back."""
