"""`python -m tests.benchmarks.events`: how soon everybody who watches sees what a command led to.

Method: one `viva serve` in a process of its own, and in this one every client: candidates who type (text only) in
interviews that run; watchers, each of one interview; boards; and now and then a command of HR, by the first watcher of
an interview: pause, resume, a message to the others. Each is timed from the moment its frame is given to the socket
until the event it led to has been read by each watcher of that interview: receiving, deciding, writing it durably and
telling are all in it. So the figures bound from above what passes after the command was accepted. One monotonic clock.

Two phases in one run: everybody reads; then some sockets that watch a board and many interviews read nothing at all.
What the server sends goes the same way for all; the figures of the second phase are of those who do read. The server
drops who takes nothing (4008), which is counted in its log. The last line of output is one JSON object.
"""
