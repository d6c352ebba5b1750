"""The impairment matrix: `python -m tests.benchmarks.impairment`. What a bad network leaves of a candidate's voice and
picture, cell by cell, at the server and as the pages would show it.

Each cell is a session of its own with a real aiortc peer that sends Opus with in-band repair and VP8 640x480 at 30 a
second, paced, at the rate that REMB and the ladder's hints allow; the way there leads through the proxy of
`simulation.impairment`. Several cells run at the same time.
"""
