"""The candidate's voice over the websocket, as from a network that lets no WebRTC through."""

from __future__ import annotations

import asyncio
import time

from server.protocol.audio_frame import AudioFrame, encode_audio
from server.protocol.commands import AudioOpen
from server.protocol.signals import AudioOpened
from simulation.answers import PACKET_MS
from simulation.errors import MediaFailed, Refused
from simulation.socket import ProtocolSocket
from simulation.tracks import PACKET_SAMPLES, Voice

OPEN_TIMEOUT_S = 10.0
RETRY_S = 0.5
ATTEMPTS = 8


class SocketVoice:
    """Opened anew whenever the socket comes back. There is no picture."""

    def __init__(self, socket: ProtocolSocket, voice: Voice) -> None:
        self._socket = socket
        self._voice = voice
        self._opened: asyncio.Future[AudioOpened] | None = None
        self._sequence = 0
        self.epoch = 0
        self.publications = 0
        self.connected = asyncio.Event()
        self.lost = asyncio.Event()

    async def keep_publishing(self) -> None:
        """Runs until it is cancelled; raises Refused or MediaFailed after ATTEMPTS."""
        failures = 0
        while True:
            await self._socket.connected.wait()
            try:
                await self._speak()
                failures = 0
            except (Refused, MediaFailed):
                failures += 1
                if failures == ATTEMPTS:
                    raise
                await asyncio.sleep(RETRY_S)
            finally:
                self.connected.clear()

    def note_opened(self, opened: AudioOpened) -> None:
        if self._opened is not None and not self._opened.done():
            self._opened.set_result(opened)

    def suspect(self, epoch: int) -> None:
        """A socket that is up carries what is sent; there is nothing to renew."""

    def trust(self) -> None:
        return

    async def close(self) -> None:
        """The epoch ends with the socket."""

    async def _speak(self) -> None:
        """Until the socket or the epoch is lost."""
        self.lost.clear()
        self._opened = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        await self._socket.send(AudioOpen("opus"))
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                opened = await self._opened
        except TimeoutError:
            raise MediaFailed(f"the voice was not let in within {OPEN_TIMEOUT_S:.0f} s") from None
        self.epoch = opened.epoch
        self.publications += 1
        self.connected.set()
        start = round((time.monotonic() - began) * 1000)
        number = 0
        while self._socket.connected.is_set() and not self.lost.is_set():
            timestamp = start * PACKET_SAMPLES // PACKET_MS + number * PACKET_SAMPLES
            frame = AudioFrame("opus", self.epoch, self._sequence, timestamp, self._voice.next_packet())
            await self._socket.send_binary(encode_audio(frame))
            self._sequence += 1
            number += 1
            due = began + (start + number * PACKET_MS) / 1000
            await asyncio.sleep(max(0.0, due - time.monotonic()))
