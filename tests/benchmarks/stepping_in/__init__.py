"""`python -m tests.benchmarks.stepping_in`: how soon HR is heard by the candidate, the interviewer falls silent, and a
whisper becomes a question; and whether a word of the candidate is lost meanwhile.

Method: a `viva serve` and three Chromium browsers on one machine, whose clock they share: a candidate whose microphone
is a recorded voice, and two people of HR, of whom one speaks with a recorded voice too. The course is that of the test
`tests/browser/whole/test_stepping_in.py`, whose modules it uses.

* One way: what HR's page takes from its microphone, correlated with what the candidate's page plays.
* Yield: from the button until the candidate's page has silenced the voice that reads the question aloud.
* Whisper: from the command until the question stands on the candidate's page, while the interviewer waits.
* Words lost: the transcript, aligned with the script of the recording, across barging in, taking over and handing back.

The last line of output is one JSON object.
"""
