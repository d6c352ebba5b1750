"""How it was measured, for the document."""

METHOD = """\
## Transcription

`python -m tests.benchmarks.asr` on {machine}; {minutes:.0f} minutes, nothing else running.

**Text and latency** on the bundled recogniser, one session at a time. Shipped synthetic answers, with pauses of 1.6 to
2.6 s and faint hiss between them, are fed as Opus packets of 20 ms on a real clock into the server's own hearing chain
(jitter and network left out, 6.5 ms of codec delay in): reader, denoiser, both voice detectors, segmenter, captions,
scheduler, engine. The synthesiser tells when each word ends. A word's latency runs from its end to the first moment
from which on it is in committed text (a caption's committed part, or a final); words that the final text lacks count as
infinite.
"Without computation" takes off the time between the question to the recogniser and its answer. A final counts from the
end of its segment's last word to its last revision. "Whole file" is the same engine on the same decoded sound in one
go. Unstable: Shangguan et al. 2020 (arXiv 2006.01416). Words are compared without case and punctuation; in Chinese each
character is one. Intervals are bootstraps over answers, 95 %.

**Sessions and cost** on a model of the shape of Whisper `{shape}` with random weights, int8, {threads} threads of a
core each. It does all of the real work - features, encoder, as many decoder steps as the script has tokens, alignment -
and then says the script, found again from the samples that it was given. One token a word or character, {languages}.
Speakers hold different talks, each begun at a moment of its own. Engine CPU is the time of the engine's own threads and
of those that call it while they do; speech is counted from the first word of an answer to its last. A number of
sessions is sustained when p95 of speech end to final text is at most 1.0 s and none is missing in the end. Both ways
take turns. Hearing and the feed run in the same process, on the same two cores.

**The usual way** is written anew after ufal/whisper_streaming (whisper_online.py, OnlineASRProcessor; Macháček et al.
2023): `faster_whisper.WhisperModel.transcribe` on the growing buffer every second, beam 5, word times, conditioned on
previous text, the last 200 characters that left the buffer as prompt, LocalAgreement-2 by equality, buffers of more
than 15 s cut at a segment's end, one lock around the model. What differs is to its advantage: speech is found by Viva's
voice activity; when speech stops it recognises once more at once (the original promotes what it had and drops the last
words); its scripted model always ends a window in one go, where the library often decodes a rest again; and it has the
better of one and two threads a call, for the cost and for the sessions each.

**Losses**: segments without a final at twice the sessions of the knee; {queue} finals asked at once, more audio than is
kept in memory, against their texts; one of two workers behind a real Redis killed (SIGKILL) while it decodes.

**What real weights change**: the bundled recogniser hears its own voices only, so nothing follows for the errors of
people's speech, and its engine takes a tenth of the time of `tiny`; cost and sessions are those of the shape, but real
text has 1.2 to 1.5 tokens a word, real weights sometimes go in circles (capped by duration, decoded again), and
short windows cost accuracy, which random weights do not show. `python -m tests.benchmarks.asr.real --model small`
repeats the first table with real weights on a machine that has them."""
