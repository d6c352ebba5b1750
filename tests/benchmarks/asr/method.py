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
go. In the rows with babble the same is said with all shipped voices at once behind it, backwards so that they say not
one word. Unstable: Shangguan et al. 2020 (arXiv 2006.01416). Words are compared without case and punctuation; in
Chinese each character is one. Intervals are bootstraps over answers, 95 %.

**Sessions and cost** on a model of the shape of Whisper `{shape}` with random weights, int8, {threads} threads of a
core each. It does all of the real work - features, encoder, as many decoder steps as the script has tokens, alignment -
and then says the script, found again from the samples that it was given; windows are those that the server chooses for
a Whisper model on a CPU (finals 10 s or more, with 2.5 s of silence behind the speech). One token a word or character,
{languages}. Speakers hold different talks, each begun at a moment of its own. Engine CPU is the time of the engine's
own threads and of those that call it while they do; speech is counted from the first word of an answer to its last.
Answers are of at most {longest:g} s, so that a stage has its finals in time. A number of sessions is sustained when p95
of speech end to final text is at most 1.0 s, none is missing in the end, half of the words are committed within 2.5 s,
everybody was let in by the system's own gate (asked as an interview asks it; the usual way has none) and nobody else
would have been turned away for its degrade level. The stages of that search last until they have {finals} finals or
more; intervals of p95 draw the finals again, and fewer than {least} decide nothing. Both ways take turns. Hearing and
the feed run in the same process, on the same two cores. The cost ratio is that of both at their own full load: Viva at
its knee, where stretches of several sessions are decoded together, and the usual way at the cheapest of the stages that
it sustained. With one session, and with Viva's finals filled up to the 30 s of Whisper's training as the usual way's
are, it is given beside that.

**The usual way** is written anew after ufal/whisper_streaming (whisper_online.py, OnlineASRProcessor; Macháček et al.
2023): `faster_whisper.WhisperModel.transcribe` on the growing buffer every second, beam 5, word times, conditioned on
previous text, the last 200 characters that left the buffer as prompt, LocalAgreement-2 by equality, buffers of more
than 15 s cut at a segment's end, one lock around the model; an utterance ends with 500 ms of silence, as its voice
activity controller has it. Its end is done in three ways. As the original: by interval only, and what is left of the
last hypothesis is promoted, which costs least and loses the words behind the last pass. With one more pass when the
pause has lasted, unless one has begun since speech stopped. With a pass at once at each stop of Viva's voice activity,
which is sooner than the original can be, and dearer. Each figure takes what is best for it: the cost the cheapest, the
sessions and the latencies the quickest that loses no words; and one or two threads a call in the same way. What differs
else is to its advantage too: speech is found by Viva's voice activity; its scripted model always ends a window in one
go, where the library often decodes a rest again.

**Noise and silence**: every kind at three levels and a fifth of silence, each from a place of its own on; where
recordings are too short to fill their part, made-up noise fills it, so that ten minutes remain that are distinct.

**Losses**: segments without a final at twice the sessions of the knee; {queue} finals asked at once, more audio than is
kept in memory, against their texts; one of two workers behind a real Redis killed (SIGKILL) while it decodes.

**What real weights change**: the bundled recogniser hears its own voices only, so nothing follows for the errors of
people's speech, and nothing for how steady captions of it are either, in quiet or in babble: how often a model changes
its mind is its own, and this one has few words to choose from. Its engine takes a tenth of the time of `tiny`; cost and
sessions are those of the shape, but real text has 1.2 to 1.5 tokens a word, real weights sometimes go in circles
(capped by duration, decoded again), and short windows cost accuracy, which random weights do not show.
`python -m tests.benchmarks.asr.real --model small`
repeats the first table with real weights on a machine that has them."""
