"""Evidence, levels, follow-ups and turn-taking: pure functions over text and times.

No input or output, no clock, no randomness: the same answers under the same versions give the same result.
"""
