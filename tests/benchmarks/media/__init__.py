"""What a candidate costs the server, how many fit on one core, and how a bad network is felt: `python -m
tests.benchmarks.media`.

A server process stands alone on one core; everybody who talks to it is made by one load generator on another. The
baseline is aiortc's own documented way (MediaRecorder, MediaRelay, decoding to frames), in the same run, alternating.
"""
