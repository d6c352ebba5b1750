"""Speech to text for many speakers."""
