"""The recogniser elsewhere: jobs and answers over Redis Streams, and speech that waits for one."""
