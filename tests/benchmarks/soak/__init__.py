"""The soak: `python -m tests.benchmarks.soak`. A real server process, virtual candidates on networks that come and go,
somebody who watches now and then; and whether memory, threads, file descriptors and sockets stay where they were.
"""
