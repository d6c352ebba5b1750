"""A candidate's voice over their socket, for networks that let no WebRTC through: binary frames to the interview, each
at once, past everything that waits."""

from __future__ import annotations

from collections.abc import Callable

from media.socket_source import is_audio
from server.errors import TooManyRequests
from server.interviews.placement import LiveInterview
from server.protocol.audio_frame import AudioCodec, InvalidAudio, decode_audio
from server.signalling.allowance import Allowance

RATE_PER_S = 60.0
"""A voice makes 50; clocks differ a little."""
BURST = 1_000.0
"""Twenty seconds: what was said before the line was open, or while it stood still."""


class VoiceInlet:
    """One socket's. `open` begins an epoch; frames of an earlier one are late and are let go without a word."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._allowance = Allowance(now_s, RATE_PER_S, BURST)
        self._interview: LiveInterview | None = None
        self._codec: AudioCodec = "opus"
        self._told = False
        self.epoch = 0

    def open(self, interview: LiveInterview, epoch: int, codec: AudioCodec) -> None:
        self._interview, self.epoch, self._codec = interview, epoch, codec

    def receive(self, message: bytes) -> None:
        """Never waits. Raises InvalidAudio; TooManyRequests for the first frame that is too many; SocketEnded."""
        if not self._allowance.take():
            self._refuse()
            return
        try:
            self._hear(message)
        except InvalidAudio as error:
            self._allowance.note_bad(error)
            raise
        if self._allowance.at_ease:
            self._told = False
            self._allowance.note_good()

    def _hear(self, message: bytes) -> None:
        frame = decode_audio(message)
        if self._interview is None or frame.epoch > self.epoch:
            raise InvalidAudio("epoch: this one was not opened; ask for one with audio.open")
        if frame.epoch < self.epoch:
            return
        if frame.codec != self._codec:
            raise InvalidAudio(f"codec: this epoch was opened for {self._codec}")
        if not is_audio(frame.codec, frame.data):
            raise InvalidAudio("this is no Opus packet")
        self._interview.push_audio(frame.epoch, frame.sequence, frame.timestamp, frame.data)

    def _refuse(self) -> None:
        """Said once: an answer to each would be as much again."""
        error = TooManyRequests("sound comes faster than it can be spoken", retry_after_s=1)
        self._allowance.note_bad(error)
        if not self._told:
            self._told = True
            raise error
