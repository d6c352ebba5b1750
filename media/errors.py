"""Errors of the media plane.

MediaError(code, retryable)
├── SdpRejected            the offer cannot be used (malformed, no audio and no video, too large)
├── TooManyObservers
├── TranscriptionError     a decode failed or timed out
└── ModelUnavailable       no usable recogniser
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


class TranscriptionError(MediaError):
    code = "transcription_failed"
    retryable = True


class ModelUnavailable(MediaError):
    code = "model_unavailable"
