"""Whose turn it is to speak: when an answer has ended, when it may be resumed, when the interviewer gives way. Pure, on
the interview clock, from words, silences and buttons alone."""
