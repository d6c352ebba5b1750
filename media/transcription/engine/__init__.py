"""Whisper on CTranslate2, called directly: features, prompt, decode, word times.

`faster_whisper` lends its features and its tokeniser; its `transcribe` is not used, for it takes one stretch at a
time, listens through thirty seconds whatever there is, and searches wide. Nothing else imports either library.
"""

from media.transcription.engine.settings import EngineSettings, WindowSettings, choose_final_s
from media.transcription.engine.whisper import WhisperEngine

__all__ = ["EngineSettings", "WhisperEngine", "WindowSettings", "choose_final_s"]
