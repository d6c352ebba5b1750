"""From Opus packets to speech segments and their text."""
