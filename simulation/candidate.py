"""A virtual candidate: opens an invite link, answers as its script says and leaves, by the public protocol only."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Coroutine
from typing import Literal

import httpx

from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.envelope import Envelope
from server.protocol.signals import AudioOpened, SessionCaughtUp
from simulation.answers import AnswerSet
from simulation.client import InviteAddress, SessionInfo, fetch_session, open_http, redeem_invite
from simulation.errors import Refused, unwrap
from simulation.impairment.profiles import NetworkProfile
from simulation.manner import Manner
from simulation.picture import MovingPicture, draw_moving_picture
from simulation.publisher import Publisher
from simulation.results import InterviewResult, Recorder, TurnMeasure
from simulation.socket import ProtocolSocket
from simulation.socket_voice import SocketVoice
from simulation.tracks import Voice, room_tone

QUALITY_INTERVAL_S = 2.0
RACE_S = 2.0
"""A command may cross with the event that makes it pointless; after this long a refusal is a real one."""
BUSY_S = 1.0


Transport = Literal["webrtc", "ws"]


class VirtualCandidate:
    """`run` does one interview. `socket`, `publisher` and `socket_voice` exist while it runs, open to tests that take
    them away."""

    socket: ProtocolSocket
    publisher: Publisher
    socket_voice: SocketVoice

    def __init__(
        self,
        invite_url: str,
        answers: AnswerSet,
        manner: Manner | None = None,
        *,
        session: str | None = None,
        certificates: ssl.SSLContext | None = None,
        network: NetworkProfile | None = None,
        network_seed: int = 0,
        transport: Transport = "webrtc",
    ) -> None:
        """`session`: that of an earlier run, to come back to an interview that was left. `network`: what its media go
        through. `transport` ws: the voice alone, over the websocket."""
        self._address = InviteAddress.parse(invite_url)
        self._answers = answers
        self._manner = manner or Manner()
        self._certificates = certificates
        self._network = network
        self._network_seed = network_seed
        self._transport = transport
        self._recorder = Recorder()
        self._tasks = asyncio.TaskGroup()
        self._background: list[asyncio.Task[None]] = []
        self._answering: asyncio.Task[None] | None = None
        self._turn: TurnMeasure | None = None
        self._presented: set[str] = set()
        self._caught_up = self._live = False
        self.session = session

    async def run(self) -> InterviewResult:
        """Raises a SimulationError or httpx.HTTPError when the interview could not be brought to its end."""
        picture = await asyncio.to_thread(self._prepare_media)
        async with open_http(self._address.base_url, self._certificates) as http:
            self.session = await redeem_invite(http, self._address.token, self.session)
            info = await fetch_session(http, self.session)
            self._meet(http, info, self.session, picture)
            try:
                async with self._tasks:
                    self._tasks.create_task(self.socket.run())
                    await self._attend(info)
                    for task in self._background:
                        task.cancel()
                    await self.socket.close()
            except BaseExceptionGroup as group:
                raise unwrap(group) from None
            finally:
                await self.publisher.close()
        return self._conclude(info.interview)

    def _prepare_media(self) -> MovingPicture | None:
        """Decodes and encodes once what is sent often: not on the event loop."""
        room_tone()
        return draw_moving_picture(self._manner.appearance) if self._manner.camera else None

    def _meet(self, http: httpx.AsyncClient, info: SessionInfo, session: str, picture: MovingPicture | None) -> None:
        self.socket = ProtocolSocket(self._address.base_url, session, certificates=self._certificates)
        self.voice = Voice(self.socket.connected.is_set)
        self.publisher = Publisher(
            http,
            session,
            info.ice_servers,
            self.voice,
            picture,
            network=self._network,
            network_seed=self._network_seed,
        )
        self.socket_voice = SocketVoice(self.socket, self.voice)
        self._media: Publisher | SocketVoice = self.socket_voice if self._transport == "ws" else self.publisher

    async def _attend(self, info: SessionInfo) -> None:
        while not self._recorder.ended:
            envelope = await self.socket.incoming.get()
            self._recorder.note(envelope)
            self._react(envelope, info)

    def _react(self, envelope: Envelope, info: SessionInfo) -> None:
        match envelope.data:
            case SessionCaughtUp() if not self._caught_up:
                self._caught_up = True
                if self._live:
                    self._go_live()
                else:
                    self._begin(self._prepare(info))
            case e.InterviewStarted():
                self._live = True
                if self._caught_up:
                    self._go_live()
            case e.QuestionAsked(asked_as="main" | "follow_up") as asked:
                self._turn = self._recorder.turns[asked.turn_id]
                self._answer_turn()
            case e.QuestionPresented(turn_id=turn_id):
                self._presented.add(turn_id)
            case e.QuestionWithdrawn(reopened_turn_id=reopened_id):
                self._go_on_with(self._recorder.turns[reopened_id])
            case e.AnswerClosing():
                self._stop_answering()
            case _:
                self._tend_media(envelope)

    def _tend_media(self, envelope: Envelope) -> None:
        match envelope.data:
            case e.QualityProfileChanged() as profile:
                self.publisher.sending.follow(profile)
            case AudioOpened() as opened:
                self.socket_voice.note_opened(opened)
            case e.ServerRestarted() if self._caught_up:
                self._media.lost.set()
            case e.MediaInterrupted(epoch=epoch) if self._caught_up:
                self._media.suspect(epoch)
            case e.MediaRecovered():
                self._media.trust()

    async def _prepare(self, info: SessionInfo) -> None:
        """The lobby: language, consents, device check, start."""
        language = self._answers.language
        await self.socket.send(c.LanguageChoose(language))
        for consent in info.consents:
            await self.socket.send(c.ConsentGive(consent.kind, True, consent.texts[language].hash))
        microphone: e.DeviceState = "ok" if self._manner.microphone else "denied"
        camera: e.DeviceState = "ok" if self._manner.camera else "missing"
        await self.socket.send(c.DeviceReport(camera, microphone, "ok", self.socket.rtt_ms))
        await asyncio.sleep(self._manner.thinking_s())
        await self._start()

    async def _start(self) -> None:
        """As often as the server asks to wait for others to begin."""
        while True:
            try:
                await self.socket.send(c.InterviewStart(text_only=not self._manner.microphone))
            except Refused as refused:
                if refused.code != "asr_busy":
                    raise
                await asyncio.sleep(BUSY_S)
            else:
                return

    def _go_live(self) -> None:
        if self._manner.microphone:
            self._begin(self._media.keep_publishing())
        self._begin(self._report_quality())
        self._answer_turn()

    def _answer_turn(self) -> None:
        self._stop_answering()
        if self._caught_up and self._turn is not None and self._turn.closing is None:
            self._answering = self._begin(self._answer(self._turn))

    def _go_on_with(self, reopened: TurnMeasure) -> None:
        """Whoever is speaking speaks on: it belongs to the answer before."""
        withdrawn, self._turn = self._turn, reopened
        if withdrawn is not None and withdrawn.speech_began is not None:
            reopened.take_back(withdrawn)
            return
        self._stop_answering()
        self._answering = self._begin(self._finish(reopened))

    def _stop_answering(self) -> None:
        if self._answering is not None:
            self._answering.cancel()

    async def _answer(self, turn: TurnMeasure) -> None:
        asked = turn.asked
        answer = self._answers.choose(asked.question_id, turn.index)
        packets = await asyncio.to_thread(self._answers.packets, answer)
        turn.script = answer.text
        if asked.turn_id not in self._presented:
            await asyncio.sleep(self._manner.reading_s(asked.spoken_text))
            await self._send(c.QuestionPresent(asked.turn_id, spoken=True))
        if asked.form == "text" or not self._manner.microphone or not packets:
            await asyncio.sleep(self._manner.thinking_s())
            await self._type(asked, answer.text)
            return
        await asyncio.sleep(self._manner.reaction_s())
        await self._media.connected.wait()
        turn.speech_began = time.monotonic()
        await self.voice.say(packets)
        # The question may have been withdrawn meanwhile: what was said is the former answer's.
        turn = self._turn or turn
        turn.fully_said, turn.speech_ended = True, time.monotonic()
        await self._finish(turn)

    async def _finish(self, turn: TurnMeasure) -> None:
        await asyncio.sleep(self._manner.patience_s if self._manner.finish == "silence" else 0.3)
        await self._send(c.AnswerFinish(turn.asked.turn_id))

    async def _type(self, asked: e.QuestionAsked, text: str) -> None:
        if asked.form != "text":
            await self._send(c.FormSwitch(asked.turn_id, "text"))
        await asyncio.sleep(self._manner.typing_s(text))
        await self._send(c.AnswerSubmit(asked.turn_id, text))

    async def _send(self, command: object) -> None:
        """A command of an answer: when the turn ended meanwhile this task is cancelled before the refusal is raised."""
        try:
            await self.socket.send(command)
        except Refused:
            await asyncio.sleep(RACE_S)
            raise

    async def _report_quality(self) -> None:
        while True:
            await asyncio.sleep(QUALITY_INTERVAL_S)
            try:
                await self.socket.send(await self.publisher.measure(self.socket.rtt_ms))
            except Refused:
                continue  # the interview may have just ended

    def _begin(self, coroutine: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._tasks.create_task(coroutine)
        self._background.append(task)
        return task

    def _conclude(self, interview: str) -> InterviewResult:
        return InterviewResult(
            interview=interview,
            completed=self._recorder.completed,
            abort_reason=self._recorder.abort_reason,
            turns=tuple(turn.conclude() for turn in self._recorder.turns.values()),
            envelopes=tuple(self._recorder.envelopes),
            connections=self.socket.connections,
            publications=self._media.publications,
            rtt_ms=self.socket.rtt_ms,
        )
