"""From what the model wrote to a transcription: is it believed, when was which word said, in what language."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace

from media.transcription.engine.model import ENGINE_ERRORS, Memory, Model, Written
from media.transcription.engine.prepared import PreparedRequest
from media.transcription.engine.settings import EngineSettings
from media.transcription.engine.sound import Sound
from media.transcription.engine.tokens import SpokenTokens
from media.transcription.engine.words import place_pieces, set_text, set_words
from media.transcription.policy.evidence import Evidence
from media.transcription.policy.invented import Judgement, judge
from media.types import LanguageCode, Transcription

_NO_SPEECH_ABOVE = 0.6
_UNLIKELY_BELOW = -1.0
_log = logging.getLogger(__name__)
_LANGUAGES: dict[str, LanguageCode] = {"en": "en", "zh": "zh-CN"}


class Reader:
    def __init__(self, model: Model, settings: EngineSettings) -> None:
        self._model = model
        self._settings = settings

    def is_doubtful(self, item: PreparedRequest, written: Written, tokens: SpokenTokens) -> bool:
        """Worth another try: improbable, but not for silence (Radford et al. 2022, section 4.5), or not to be believed
        although there is speech."""
        if average(item, written) < _UNLIKELY_BELOW:
            return written.no_speech_probability <= _NO_SPEECH_ABOVE
        return self._judge(item, written, _read_text(item, written, tokens)).worth_another_try

    def read(self, item: PreparedRequest, memory: Memory, written: Written, tokens: SpokenTokens) -> Transcription:
        language, certainty = self._tell_language(item, memory)
        believed = self._judge(item, written, _read_text(item, written, tokens)).kept
        if believed.text and not item.request.hurried:
            believed = self._judge(item, written, self._place(item, memory, written, tokens)).kept
        for fault in believed.faults:
            _log.debug(
                "asr.text_doubted fault=%s kind=%s duration_s=%.1f speech_share=%.2f kept=%s",
                fault, item.request.kind, item.duration_s, item.request.speech_share, bool(believed.text),
            )  # fmt: skip
        return replace(believed, language_spoken=language, language_probability=certainty)

    def find_skipped_ms(self, item: PreparedRequest, said: Transcription) -> float:
        """The most sound that no word was found for, in one piece. 0 without words or their times."""
        if not said.words:
            return 0.0
        sound = Sound(item.features, item.frames)
        ends = [0, *(word.t_end_ms for word in said.words)]
        starts = [*(word.t_start_ms for word in said.words), round(item.duration_s * 1000)]
        return max(sound.measure_ms(end, start) for end, start in zip(ends, starts, strict=True))

    def _judge(self, item: PreparedRequest, written: Written, said: Transcription) -> Judgement:
        evidence = Evidence(
            duration_s=item.duration_s,
            speech_share=item.request.speech_share,
            no_speech_probability=written.no_speech_probability,
            average_log_probability=average(item, written),
            whole=not item.request.prefix,
        )
        return judge(said, evidence, item.request.language, prefix=item.request.prefix, told=item.told)

    def _place(self, item: PreparedRequest, memory: Memory, written: Written, tokens: SpokenTokens) -> Transcription:
        """With the times of its words. A text whose words cannot be placed is still a text."""
        spoken = _cut(item, written, tokens)
        prefix = item.forced[: item.prefix_length]
        try:
            alignment = self._model.align(memory, tokens.task, (*prefix, *spoken), item.frames)
        except ENGINE_ERRORS:
            return _read_text(item, written, tokens)
        starts_s, probabilities = alignment.starts_s[len(prefix) :], alignment.probabilities[len(prefix) :]
        pieces = list(place_pieces(tokens.split(spoken), starts_s, probabilities))
        sound = Sound(item.features, item.frames)
        text, words = set_words(pieces, item.request.language, round(item.duration_s * 1000), sound)
        confidence = sum(word.probability for word in words) / len(words) if words else 0.0
        return Transcription(text, words, round(confidence, 4), _round_share(written.no_speech_probability))

    def _tell_language(self, item: PreparedRequest, memory: Memory) -> tuple[LanguageCode | None, float]:
        if not item.careful or item.duration_s < self._settings.language_above_s:
            return None, 0.0
        code, probability = self._model.tell_language(memory)
        return _LANGUAGES.get(code), _round_share(probability)


def average(item: PreparedRequest, written: Written) -> float:
    """Natural logarithm, of the tokens that were found and of the end; forced ones count for nothing."""
    return written.log_probability / (max(0, len(written.tokens) - len(item.forced)) + 1)


def _read_text(item: PreparedRequest, written: Written, tokens: SpokenTokens) -> Transcription:
    text = set_text(tokens.split(_cut(item, written, tokens)), item.request.language)
    confidence = _round_share(math.exp(average(item, written))) if text else 0.0
    return Transcription(text, (), confidence, _round_share(written.no_speech_probability))


def _cut(item: PreparedRequest, written: Written, tokens: SpokenTokens) -> Sequence[int]:
    """Others of the batch may have had more room."""
    return [token for token in written.tokens[item.prefix_length : item.most_tokens] if token < tokens.end]


def _round_share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
