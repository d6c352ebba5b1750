"""How it was measured, for the document."""

METHOD = """\
## Media plane

`python -m tests.benchmarks.media` on {machine}; the whole run took {minutes:.0f} minutes.

Method. The server process has one core to itself; one load generator on another core makes every candidate and every
observer, over loopback, and the run fails if it needs more than 85 % of its core or is late. A candidate sends VP8
640x480 at 30 a second and 1 Mbps and Opus speech of 20 ms at 30 kbps with in-band FEC, both from real encoders, packed
once; frames leave whole (key frames in bursts of eight packets every 5 ms), candidates each at a phase of their own.
CPU is user and system time of the server process with all its threads, divided by wall time and sessions. Lag is how
late a timer of 5 to 15 ms fires on the server's loop. Observers count packets as they come (one in 64 is opened with
SRTP) and tell 1 Mbps of room. "Media path" is a `MediaSession` on uvloop with its jitter buffer, Opus decoding,
recording to disk and one observer; "whole" adds denoise and voice activity, the recogniser answers at once and costs
nothing. The naive way is aiortc's own examples put together on asyncio, as they run it: MediaRecorder (mp4) and
observers on subscriptions of one MediaRelay, decoded to frames. Both ways take turns in the same run. Full load is
found by trying, each number of sessions confirmed for a whole window: observers get 99 % of what was sent, nothing is
dropped by recorder or hearing, and for Viva p99 of the lag is at most 20 ms; the naive way may be as late as it likes.
Added delay is the median time from a packet's sending to its release (of decoded frames to `recv`), after less before
the loss; video comes again with the first frame that the receiving side gives out after the loss, for Viva the first
key frame, with a round trip of nothing. Recordings of saturated windows are read back for missing frames."""
