"""One connection of somebody who may speak to the candidate."""

from __future__ import annotations

import uuid
from dataclasses import replace

from media.key_frames import KeyFrameRequests
from media.ports import InterviewClock
from media.settings import MediaSettings
from media.types import PeerConnected, PeerInterrupted
from media.uplinks.ends import OnFrame, OnPacket
from media.voices.facts import VoiceConnected, VoiceEnded, VoiceEndReason
from media.webrtc.liveness import Liveness
from media.webrtc.publisher_peer import PublisherPeer


class Speaker:
    """`number` rises from connection to connection and is the epoch of its frames."""

    def __init__(
        self,
        speaker_id: str,
        number: int,
        *,
        clock: InterviewClock,
        settings: MediaSettings,
        on_frame: OnFrame,
        on_packet: OnPacket,
    ) -> None:
        self.id = speaker_id
        self.number = number
        self.voice_id = uuid.uuid4().hex
        self._clock = clock
        self._key_frames = KeyFrameRequests(settings.key_frame_request_gap_ms)
        self.peer = PublisherPeer(
            number,
            clock=clock,
            settings=settings,
            on_frame=on_frame,
            on_packet=on_packet,
            want_key_frame=self.want_key_frame,
            common_codec=True,
        )
        patience = replace(settings, silent_after_ms=settings.voice_silent_after_ms)
        self._liveness = Liveness(self.peer, patience, clock.now_ms())

    def want_key_frame(self) -> None:
        """As often as anybody needs one; they are asked for within the bounds of `KeyFrameRequests`."""
        self._key_frames.want(self._clock.now_ms())
        self._ask()

    def poll(self) -> list[VoiceConnected | VoiceEnded]:
        """About ten times a second. After `VoiceEnded` the connection is to be closed: whoever is silent for so long is
        gone, or has no way to us; a browser that mutes a microphone goes on sending."""
        now_ms = self._clock.now_ms()
        self.peer.poll(now_ms)
        self._ask()
        facts: list[VoiceConnected | VoiceEnded] = []
        for fact in self._liveness.check(now_ms):
            if isinstance(fact, PeerConnected):
                facts.append(VoiceConnected(self.id, self.peer.video))
            elif isinstance(fact, PeerInterrupted):
                facts.append(VoiceEnded(self.id, _read_reason(fact)))
        return facts

    def _ask(self) -> None:
        if self._key_frames.due(self._clock.now_ms()):
            self.peer.ask_for_key_frame()


def _read_reason(fact: PeerInterrupted) -> VoiceEndReason:
    return "closed" if fact.reason == "replaced" else fact.reason
