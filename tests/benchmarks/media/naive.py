"""The baseline: aiortc as its examples and its documentation use it (examples/server: MediaRecorder on relayed tracks;
examples/webcam: one MediaRelay, a subscription for each viewer)."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole, MediaRecorder, MediaRelay
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from tests.benchmarks.media.clip import FRAMES_PER_SECOND, OPUS_TICKS
from tests.benchmarks.media.messages import Emitted, Kind, RecordingCheck

_STEP = {"audio": OPUS_TICKS, "video": 90_000 // FRAMES_PER_SECOND}


class _Session:
    def __init__(self, path: Path | None) -> None:
        self.connection = _connect()
        self.relay = MediaRelay()
        self.tracks: list[MediaStreamTrack] = []
        self.sink = MediaBlackhole() if path is None else MediaRecorder(str(path))
        self.readers: list[asyncio.Task[None]] = []
        self.output: list[Emitted] = []

    async def answer(self, offer_sdp: str, *, trace: bool) -> str:
        @self.connection.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            self.tracks.append(track)
            if trace:
                self.readers.append(asyncio.create_task(self._read(self.relay.subscribe(track))))
            else:
                self.sink.addTrack(self.relay.subscribe(track))

        await self.connection.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
        await self.sink.start()
        return await _answer(self.connection)

    async def _read(self, track: MediaStreamTrack) -> None:
        kind: Kind = "audio" if track.kind == "audio" else "video"
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            number = (frame.pts or 0) // _STEP[kind]
            self.output.append(Emitted(kind, time.monotonic(), None, number, key=False))

    async def close(self) -> None:
        await self.sink.stop()
        for reader in self.readers:
            reader.cancel()
        await self.connection.close()


class NaiveHost:
    """`heard_s` counts nothing here: the decoder threads keep no account, the observers' frames tell."""

    def __init__(self, folder: Path, *, trace: bool) -> None:
        self._folder = folder
        self._trace = trace
        self._sessions: dict[str, _Session] = {}
        self._observers: dict[str, RTCPeerConnection] = {}
        self.faults: list[str] = []
        self.heard_s = 0.0

    async def run(self) -> None:
        """Nothing of its own to run."""

    @property
    def count(self) -> int:
        return len(self._sessions)

    async def publish(self, name: str, offer_sdp: str, *, record: bool) -> str:
        path = self._folder / f"{name}.mp4" if record else None
        self._sessions[name] = session = _Session(path)
        return await session.answer(offer_sdp, trace=self._trace)

    async def watch(self, name: str, watched: str, offer_sdp: str) -> str:
        session = self._sessions[watched]
        self._observers[name] = connection = _connect()
        for track in session.tracks:
            connection.addTrack(session.relay.subscribe(track))
        await connection.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
        return await _answer(connection)

    async def unwatch(self, name: str) -> None:
        observer = self._observers.pop(name, None)
        if observer is not None:
            await observer.close()

    async def close_session(self, name: str) -> None:
        session = self._sessions.pop(name, None)
        if session is not None:
            await session.close()

    def check_recording(self, name: str, begun_s: float, ended_s: float) -> RecordingCheck | None:
        return None

    def read_output(self) -> dict[str, tuple[Emitted, ...]]:
        return {name: tuple(session.output) for name, session in self._sessions.items()}

    async def close(self) -> None:
        for name in [*self._observers]:
            await self.unwatch(name)
        for name in [*self._sessions]:
            await self.close_session(name)


def _connect() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def _answer(connection: RTCPeerConnection) -> str:
    await connection.setLocalDescription(await connection.createAnswer())
    return connection.localDescription.sdp
