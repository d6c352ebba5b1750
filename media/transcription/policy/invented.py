"""Text that nobody said: what a recogniser makes of silence and noise, or when it has lost its way.

Rules of Whisper (Radford et al. 2022, section 4.5), of faster-whisper's word anomalies, and of the users' complaints.
What looks like real speech to the voice detectors is only dropped when it could not have been said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from media.transcription.policy.blocklist import match_blocked
from media.transcription.policy.cutting import cut_text
from media.transcription.policy.echo import NOTHING_TOLD, Told, is_echo
from media.transcription.policy.evidence import Evidence
from media.transcription.policy.loops import WHEN_DOUBTED, WHEN_SURE, find_loops
from media.transcription.policy.simplified import simplify
from media.transcription.policy.tokens import Piece, split_text
from media.types import LanguageCode, TextFault, TranscribedWord, Transcription

_NO_SPEECH_ABOVE = 0.6
_UNLIKELY_BELOW = -1.0
_LEAST_SPEECH_S = 0.05
_CREDITS_LOG_PROBABILITY = -0.8
_CREDITS_PROBABILITY = 0.5
_ANOMALY_WORDS = 8
_FASTEST: dict[LanguageCode, tuple[float, float]] = {"en": (4.0, 9.0), "zh-CN": (6.0, 14.0)}
"""Words or characters: so many at once, and so many more each second. Detectors of voice miss some of it."""
_SPARSE_FROM_S = 1.5
_SPARSE_PER_S = 0.8
_SPARSE_PROBABILITY = 0.8
_SHORT_WORD_S: dict[LanguageCode, float] = {"en": 0.133, "zh-CN": 0.06}
_LONG_WORD_S = 2.0
_ROW_OF_MARKS = re.compile(r"[。，,、!?！？；;：:](?:\s*[。，,、.!?！？；;：:]){2,}|\.(?:\s*\.){3,}")
_IMPROBABLE_BELOW = 0.15


@dataclass(frozen=True, slots=True)
class Judgement:
    """`kept` is what may be shown: all, nothing or the text without its excess. Its `faults` say why."""

    kept: Transcription

    @property
    def faults(self) -> tuple[TextFault, ...]:
        return self.kept.faults

    @property
    def worth_another_try(self) -> bool:
        """There is speech, only not this text: another temperature may find it."""
        return bool({"loop", "too_fast", "anomalous"}.intersection(self.faults))


def judge(
    transcription: Transcription,
    evidence: Evidence,
    language: LanguageCode,
    *,
    prefix: str = "",
    told: Told = NOTHING_TOLD,
) -> Judgement:
    """Of a final, or of a partial behind its `prefix`: a circle may have begun there. `told` is what the model was
    given to expect. Chinese is simplified before it is held against any rule."""
    if language == "zh-CN":
        transcription = _simplify(transcription)
    pieces = [piece for piece in split_text(transcription.text, language) if piece.key]
    if not pieces:
        return Judgement(_drop(transcription))
    before = [piece.key for piece in split_text(prefix, language) if piece.key]
    excess = _find_excess(before, pieces, evidence, language)
    fault = _find_fault(transcription, _without(pieces, excess), evidence, language, told)
    if fault is not None:
        return Judgement(_drop(transcription, fault))
    if not excess:
        return Judgement(_without_rows_of_marks(transcription))
    kept = _without_rows_of_marks(_cut(transcription, pieces, excess))
    if not any(piece.key for piece in split_text(kept.text, language)):
        return Judgement(_drop(transcription, "loop"))
    return Judgement(replace(kept, faults=("loop",)))


def _find_fault(
    transcription: Transcription, pieces: Sequence[Piece], evidence: Evidence, language: LanguageCode, told: Told
) -> TextFault | None:
    """`pieces` are without what goes in circles; they may be none behind a prefix."""
    if evidence.speech_s < _LEAST_SPEECH_S or (
        evidence.no_speech_probability > _NO_SPEECH_ABOVE and evidence.average_log_probability < _UNLIKELY_BELOW
    ):
        return "silence"
    keys = [piece.key for piece in pieces]
    if _is_credits(transcription, keys, evidence):
        return "credits"
    if evidence.weak and is_echo(keys, told, language):
        return "echo"
    if len(keys) > _most_words(evidence, language):
        return "too_fast"
    if _is_sparse(transcription, len(keys), evidence):
        return "sparse"
    if evidence.weak and _is_anomalous(transcription.words, language):
        return "anomalous"
    return None


def _most_words(evidence: Evidence, language: LanguageCode) -> float:
    """That can be said in the time: all of it if the model is sure, else what was told to be speech."""
    at_once, each_second = _FASTEST[language]
    return at_once + each_second * (evidence.speech_s if evidence.doubted else evidence.duration_s)


def _is_credits(transcription: Transcription, keys: Sequence[str], evidence: Evidence) -> bool:
    """What nobody says in an interview may also go because it is improbable; thanks may not."""
    kind = match_blocked(keys)
    if kind is None or evidence.weak:
        return kind is not None
    return kind == "credits" and (
        transcription.confidence < _CREDITS_PROBABILITY or evidence.average_log_probability < _CREDITS_LOG_PROBABILITY
    )


def _is_sparse(transcription: Transcription, words: int, evidence: Evidence) -> bool:
    """Typing and knocking pass for a voice now and then, and become a word here and there."""
    sound_s = evidence.duration_s if evidence.weak else evidence.speech_s
    if not evidence.whole or sound_s < _SPARSE_FROM_S or words >= _SPARSE_PER_S * sound_s:
        return False
    return evidence.weak or (evidence.doubted and transcription.confidence < _SPARSE_PROBABILITY)


def _is_anomalous(words: Sequence[TranscribedWord], language: LanguageCode) -> bool:
    """As faster-whisper has it (`is_segment_anomaly`)."""
    first = words[:_ANOMALY_WORDS]
    if not first:
        return False
    score = 0.0
    for word in first:
        duration_s = (word.t_end_ms - word.t_start_ms) / 1000
        score += 1.0 if word.probability < _IMPROBABLE_BELOW else 0.0
        score += max(0.0, _SHORT_WORD_S[language] - duration_s) * 15
        score += max(0.0, duration_s - _LONG_WORD_S)
    return score >= 3 or score + 0.01 >= len(first)


def _find_excess(
    before: Sequence[str], pieces: Sequence[Piece], evidence: Evidence, language: LanguageCode
) -> list[tuple[int, int]]:
    """Which of `pieces` only say again what was said, behind the words `before` or among themselves."""
    keys = [piece.key for piece in pieces]
    doubted = evidence.doubted or len(keys) > _most_words(evidence, language)
    spans = []
    for loop in find_loops([*before, *keys], WHEN_DOUBTED if doubted else WHEN_SURE):
        first, end = (max(0, place - len(before)) for place in loop.excess)
        if first < end:
            spans.append((first, end))
    return spans


def _without(pieces: Sequence[Piece], excess: Sequence[tuple[int, int]]) -> list[Piece]:
    kept = list(pieces)
    for first, end in reversed(excess):
        del kept[first:end]
    return kept


def _cut(transcription: Transcription, pieces: Sequence[Piece], excess: Sequence[tuple[int, int]]) -> Transcription:
    ends = [*(piece.char_start for piece in pieces), len(transcription.text)]
    return cut_text(transcription, [(ends[first], ends[end]) for first, end in excess])


def _without_rows_of_marks(transcription: Transcription) -> Transcription:
    """A decoder at a loss writes full stops."""
    spans = [(row.start() + 1, row.end()) for row in _ROW_OF_MARKS.finditer(transcription.text)]
    return cut_text(transcription, spans) if spans else transcription


def _simplify(transcription: Transcription) -> Transcription:
    """Words stay in their places."""
    text = simplify(transcription.text)
    return transcription if text == transcription.text else replace(transcription, text=text)


def _drop(transcription: Transcription, *faults: TextFault) -> Transcription:
    return Transcription("", (), 0.0, transcription.no_speech_probability, faults=faults)
