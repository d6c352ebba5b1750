"""Errors of the media plane.

MediaError(code, retryable)
├── SdpRejected            the offer cannot be used (malformed, no audio and no video, too large)
├── TooManyObservers
├── TooManyVoices          of people who are connected to speak to the candidate
├── VoiceUnavailable       nobody can be heard by the candidate now, or this one has no connection
├── SessionClosed          the interview's media have ended
├── TranscriptionError     a decode failed
│   ├── PartialSuperseded      a newer partial of the same stream took its place
│   ├── PartialShed            the recogniser is too busy for this partial
│   ├── RecogniserDied         whoever took it died or fell silent: it is worth keeping, and not worth many more tries
│   ├── RequestUnusable        no recogniser could take it (too long, a language it does not know)
│   ├── TranscriptionTimedOut  no text within the deadline, for a final also not at the second try
│   └── RecogniserUnavailable  nobody is there to transcribe it, or not any more: a final is worth keeping for later
├── ModelUnavailable       no usable recogniser
├── OpusUnavailable        no usable libopus
└── DenoiserUnavailable    the chosen denoiser is not installed
"""

from __future__ import annotations


class MediaError(Exception):
    """`code` is stable and part of the public protocol; `retryable` tells a client whether to try again unchanged."""

    code = "media_error"
    retryable = False

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class SdpRejected(MediaError):
    code = "sdp_rejected"


class TooManyObservers(MediaError):
    code = "too_many_observers"
    retryable = True


class TooManyVoices(MediaError):
    code = "too_many_voices"
    retryable = True


class VoiceUnavailable(MediaError):
    code = "voice_unavailable"
    retryable = True


class SessionClosed(MediaError):
    code = "media_closed"


class TranscriptionError(MediaError):
    code = "transcription_failed"
    retryable = True


class PartialSuperseded(TranscriptionError):
    """Not a fault: nobody needs this text any more."""

    code = "partial_superseded"


class PartialShed(TranscriptionError):
    """Not a fault: what is left of the recogniser's time belongs to finals."""

    code = "partial_shed"


class RecogniserDied(TranscriptionError):
    code = "asr_died"


class RequestUnusable(TranscriptionError):
    code = "asr_unusable"
    retryable = False


class TranscriptionTimedOut(TranscriptionError):
    code = "asr_timeout"


class RecogniserUnavailable(TranscriptionError):
    code = "asr_unavailable"


class ModelUnavailable(MediaError):
    code = "model_unavailable"


class OpusUnavailable(MediaError):
    code = "opus_unavailable"


class DenoiserUnavailable(MediaError):
    code = "denoiser_unavailable"
