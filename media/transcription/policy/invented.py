"""Text that nobody said: what a recogniser makes of silence and noise, or when it has lost its way.

Rules of Whisper (Radford et al. 2022, section 4.5), of faster-whisper's word anomalies, and of the users' complaints.
What looks like real speech to the voice detectors is only dropped when it could not have been said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from media.transcription.policy.blocklist import match_blocked
from media.transcription.policy.cutting import cut_text
from media.transcription.policy.evidence import Evidence
from media.transcription.policy.loops import find_loops
from media.transcription.policy.tokens import Piece, split_text
from media.types import LanguageCode, TranscribedWord, Transcription

Fault = Literal["silence", "credits", "too_fast", "sparse", "anomalous", "loop"]
"""`silence`: text without speech. `credits`: a film's last words. `too_fast`: more than can be said in the time.
`sparse`: next to nothing for so much sound, and doubtful.
`anomalous`: improbable words of impossible lengths. `loop`: the same words again and again."""

_NO_SPEECH_ABOVE = 0.6
_UNLIKELY_BELOW = -1.0
_LEAST_SPEECH_S = 0.05
_HARDLY_ANY_SHARE = 0.12
_LITTLE_SHARE = 0.3
"""A single short word between the silences that a segment has around it is more than the one, and not always more than
the other."""
_DOUBTED_NO_SPEECH = 0.3
_LIKELY_NO_SPEECH = 0.5
_DOUBTED_LOG_PROBABILITY = -0.5
_CREDITS_LOG_PROBABILITY = -0.8
_CREDITS_PROBABILITY = 0.5
_ANOMALY_WORDS = 8
_FASTEST: dict[LanguageCode, tuple[float, float]] = {"en": (4.0, 9.0), "zh-CN": (6.0, 14.0)}
"""Words or characters: so many at once, and so many more each second of speech. Detectors of voice miss some of it."""
_SPARSE_FROM_S = 1.5
_SPARSE_PER_S = 0.8
_SPARSE_NO_SPEECH = 0.15
_SPARSE_PROBABILITY = 0.8
_SHORT_WORD_S: dict[LanguageCode, float] = {"en": 0.133, "zh-CN": 0.06}
_LONG_WORD_S = 2.0
_ROW_OF_MARKS = re.compile(r"[。，,、!?！？；;：:](?:\s*[。，,、.!?！？；;：:]){2,}|\.(?:\s*\.){3,}")
_IMPROBABLE_BELOW = 0.15


@dataclass(frozen=True, slots=True)
class Judgement:
    """`kept` is what may be shown: all, nothing or the text without its excess."""

    kept: Transcription
    faults: tuple[Fault, ...]

    @property
    def worth_another_try(self) -> bool:
        """There is speech, only not this text: another temperature may find it."""
        return bool({"loop", "too_fast", "anomalous"}.intersection(self.faults))


def judge(transcription: Transcription, evidence: Evidence, language: LanguageCode) -> Judgement:
    """Of a partial (without its prefix) or of a final."""
    pieces = [piece for piece in split_text(transcription.text, language) if piece.key]
    if not pieces:
        return Judgement(_nothing(transcription), ())
    fault = _find_fault(transcription, pieces, evidence, language)
    if fault is not None:
        return Judgement(_nothing(transcription), (fault,))
    kept = _without_loops(transcription, pieces)
    return Judgement(_without_rows_of_marks(kept), () if kept is transcription else ("loop",))


def _find_fault(
    transcription: Transcription, pieces: Sequence[Piece], evidence: Evidence, language: LanguageCode
) -> Fault | None:
    if evidence.speech_s < _LEAST_SPEECH_S or (
        evidence.no_speech_probability > _NO_SPEECH_ABOVE and evidence.average_log_probability < _UNLIKELY_BELOW
    ):
        return "silence"
    if _is_credits(transcription, pieces, evidence):
        return "credits"
    at_once, each_second = _FASTEST[language]
    if len(_without_excess(pieces)) > at_once + each_second * evidence.speech_s:
        return "too_fast"
    if _is_sparse(transcription, len(pieces), evidence):
        return "sparse"
    if _is_weak(evidence) and _is_anomalous(transcription.words, language):
        return "anomalous"
    return None


def _is_weak(evidence: Evidence) -> bool:
    """Too little voice for words; or little voice, and the model has its doubts too; or it has strong ones."""
    doubted = evidence.average_log_probability < _DOUBTED_LOG_PROBABILITY
    if evidence.speech_share < _LITTLE_SHARE and (doubted or evidence.no_speech_probability > _DOUBTED_NO_SPEECH):
        return True
    return evidence.speech_share < _HARDLY_ANY_SHARE or (doubted and evidence.no_speech_probability > _LIKELY_NO_SPEECH)


def _is_credits(transcription: Transcription, pieces: Sequence[Piece], evidence: Evidence) -> bool:
    """What nobody says in an interview may also go because it is improbable; thanks may not."""
    kind = match_blocked([piece.key for piece in pieces])
    if kind is None or _is_weak(evidence):
        return kind is not None
    return kind == "credits" and (
        transcription.confidence < _CREDITS_PROBABILITY or evidence.average_log_probability < _CREDITS_LOG_PROBABILITY
    )


def _is_sparse(transcription: Transcription, words: int, evidence: Evidence) -> bool:
    """Typing and knocking pass for a voice now and then, and become a word here and there."""
    sound_s = evidence.duration_s if _is_weak(evidence) else evidence.speech_s
    if not evidence.whole or sound_s < _SPARSE_FROM_S or words >= _SPARSE_PER_S * sound_s:
        return False
    return _is_weak(evidence) or (
        evidence.no_speech_probability > _SPARSE_NO_SPEECH and transcription.confidence < _SPARSE_PROBABILITY
    )


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


def _without_loops(transcription: Transcription, pieces: Sequence[Piece]) -> Transcription:
    loops = find_loops([piece.key for piece in pieces])
    if not loops:
        return transcription
    spans = []
    for loop in loops:
        first, end = loop.excess
        until = pieces[end].char_start if end < len(pieces) else len(transcription.text)
        spans.append((pieces[first].char_start, until))
    return cut_text(transcription, spans)


def _without_rows_of_marks(transcription: Transcription) -> Transcription:
    """A decoder at a loss writes full stops."""
    spans = [(row.start() + 1, row.end()) for row in _ROW_OF_MARKS.finditer(transcription.text)]
    return cut_text(transcription, spans) if spans else transcription


def _without_excess(pieces: Sequence[Piece]) -> list[Piece]:
    kept = list(pieces)
    for loop in reversed(find_loops([piece.key for piece in pieces])):
        first, end = loop.excess
        del kept[first:end]
    return kept


def _nothing(transcription: Transcription) -> Transcription:
    return Transcription("", (), 0.0, transcription.no_speech_probability)
