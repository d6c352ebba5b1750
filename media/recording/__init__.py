"""The original audio and video on disk."""
