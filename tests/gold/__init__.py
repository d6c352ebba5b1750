"""Synthetic interview answers and what a careful reader finds in them, labelled by docs/gold-set.md."""
