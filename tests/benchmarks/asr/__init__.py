"""Transcription measured: `python -m tests.benchmarks.asr` (`--quick`: at most four minutes, no document).

Two tables. On the bundled recogniser: how soon and how steadily words come, and whether they are right, fed on a real
clock through the real hearing chain. On an engine that does the real computation of a real shape and returns a script:
what a second of speech costs, and how many may speak at a time, against the usual way on the same model.
"""
