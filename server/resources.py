"""Composition root: opens and closes everything the process has one of. Adapters are chosen here and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from media.counters import Tally
from media.errors import DenoiserUnavailable
from media.hearing.denoise.choice import check_choice
from media.hearing.ear import warm_up
from media.models import ChosenModel, choose_model
from media.models.hub import Progress
from media.quality.load import LoopLoad
from media.settings import MediaSettings
from media.transcription.engine import EngineSettings, WhisperEngine, WindowSettings, choose_final_s
from media.transcription.policy.settings import CaptionSettings
from media.transcription.ports import Engine, Recogniser
from media.transcription.scheduling.scheduler import AsrScheduler
from media.transcription.scheduling.settings import suit
from media.types import FinalTranscript, IceServer, RecogniserInfo, TranscriptionFailed
from media.webrtc.gate import turned_away
from realtime_scoring.engine import ScoringEngine
from server.auth.access import Access
from server.auth.guard import Guard
from server.auth.invites import InviteOffice
from server.auth.limiter import RateLimits, open_rate_limits
from server.auth.secret import load_secret
from server.auth.standing import Standing
from server.auth.tokens import TokenSigner
from server.db.audit import AuditTrail
from server.db.database import Database, open_database
from server.db.flows import SavedFlows
from server.db.interviews import InterviewRows
from server.db.invites import Invites
from server.db.log import EventLog
from server.db.migrate import prepare_database
from server.db.organisations import Organisations
from server.db.ownership import Ownership, own_database, owned_database
from server.db.users import Users
from server.hr.consents import consents, disclosure
from server.hr.flow_catalogue import FlowCatalogue
from server.hr.flows import FlowLibrary, open_library
from server.interviews.bus import EventBus, LocalBus
from server.interviews.bus_redis import RedisBus
from server.interviews.farewells import Farewells
from server.interviews.mind import ConsentVersion, Mind
from server.interviews.question_desk import QuestionDesk
from server.interviews.registry import InterviewRegistry
from server.interviews.rubrics import open_scoring
from server.language_model.metrics import LanguageModelMetrics
from server.language_model.opening import Lanes, open_lanes
from server.language_model.settings import Endpoint, read_endpoint
from server.nodes.calls import METRICS
from server.nodes.exposition import WorkerMetrics
from server.nodes.membership import Load, Membership
from server.nodes.node import Node
from server.observability import LoopLag
from server.recognition.catching_up import CatchingUp
from server.recognition.metrics import RecognitionMetrics
from server.recognition.remote import UNKNOWN, RemoteRecogniser
from server.recognition.spool import Spool
from server.settings import AsrSettings, ConfigInvalid, MediaGroup, Settings


@dataclass(frozen=True, slots=True)
class Resources:
    settings: Settings
    database: Database
    log: EventLog
    interviews: InterviewRows
    organisations: Organisations
    users: Users
    audit: AuditTrail
    guard: Guard
    standing: Standing
    farewells: Farewells
    invites: InviteOffice
    limits: RateLimits
    access: Access
    flows: FlowLibrary
    catalogue: FlowCatalogue
    question_desk: QuestionDesk
    bus: EventBus
    scheduler: Recogniser
    registry: InterviewRegistry
    scoring: ScoringEngine
    metrics: WorkerMetrics
    loop_lag: LoopLag
    ownership: Ownership
    node: Node | None
    """None in a server of one process."""
    catching_up: CatchingUp
    lanes: Lanes | None
    """To the language model; None: there is none."""

    @property
    def recogniser(self) -> RecogniserInfo:
        return self.scheduler.info

    def ice_servers(self, name: str) -> tuple[IceServer, ...]:
        return tuple(list_ice_servers(self.settings.media, name, time.time()))

    async def gather_metrics(self) -> dict[int, str]:
        """Of all workers that answer, by their number, in Prometheus' text format."""
        own = self.metrics.expose()
        if self.node is None:
            return {0: own}
        return {**await self.node.placement.peers.gather(METRICS), self.node.membership.worker: own}

    def background(self) -> Iterator[Coroutine[Any, Any, None]]:
        """What the application's TaskGroup runs beside the registry."""
        yield self.scheduler.run()
        yield self.catching_up.run()
        yield self.loop_lag.run()
        yield self.ownership.keep()
        yield self.audit.run()
        yield self.standing.run()
        yield self.farewells.run()
        if isinstance(self.bus, RedisBus):
            yield self.bus.run()
        if self.node is not None:
            yield from self.node.background()


@dataclass(frozen=True, slots=True)
class Preparations:
    """What takes its time and blocks: done once, before there is an event loop, or on a thread beside it."""

    secret: bytes
    flows: FlowLibrary
    question_desk: QuestionDesk
    mind: Mind
    engine: Engine | None
    """None where recognisers are elsewhere."""
    endpoint: Endpoint | None = None
    """Of the language model, if there is one."""


def prepare(
    settings: Settings,
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
    member: bool = False,
) -> Preparations:
    """Keys, tables, flows, recogniser; `engine` in place of the one the settings choose, `progress` of a download.
    `member`: one of several workers, for whom the tables have been seen to.

    Raises ConfigInvalid, AlreadyRunning, StorageUnavailable, DatabaseOutdated, RubricInvalid, ModelUnavailable.
    """
    _check_denoiser(settings)
    elsewhere = settings.asr.where == "redis"
    if elsewhere and settings.redis_url is None:
        raise ConfigInvalid("VIVA_REDIS_URL: VIVA_ASR_WHERE=redis needs it; name one")
    endpoint = read_endpoint(settings.llm)
    secret = load_secret(settings)
    if not member:
        with own_database(settings.database_url):  # not under the feet of a running server
            prepare_database(settings.database_url)
    disclosure(names_model=endpoint is not None)  # read now, kept for every page
    scoring = open_scoring(settings.rubrics_dir)
    flows = open_library(settings.flows_dir, {competency.id for competency in scoring.competencies()})
    if engine is None:
        engine = None if elsewhere else open_engine(settings, progress)
        warm_up(settings.media.denoise)
    elif elsewhere:
        engine = None
    return Preparations(
        secret,
        flows,
        QuestionDesk.open(scoring),
        _compose_mind(scoring, UNKNOWN if engine is None else engine.info),
        engine,
        endpoint,
    )


def open_engine(settings: Settings, progress: Progress | None = None) -> Engine:
    """The recogniser that the settings choose. Blocking. Raises ModelUnavailable."""
    return load_engine(settings.asr, choose_model(settings.asr.model, progress=progress))


def load_engine(asr: AsrSettings, chosen: ChosenModel) -> WhisperEngine:
    """Raises ModelUnavailable."""
    usual_s = choose_final_s(chosen.info, asr.device)
    final_s = usual_s if asr.final_window_s == "auto" else int(asr.final_window_s)
    windows = WindowSettings(partial_s=asr.partial_window_s, final_s=final_s)
    settings = EngineSettings(windows=windows, final_beam=asr.beam)
    return WhisperEngine(chosen.path, chosen.info, threads=asr.threads, device=asr.device, settings=settings)


@asynccontextmanager
async def open_resources(
    settings: Settings, prepared: Preparations, membership: Membership | None = None
) -> AsyncIterator[Resources]:
    """`membership`: of one of several workers. Raises AlreadyRunning before anything is read or written when another
    server owns the database."""
    async with (
        owned_database(settings.database_url, member=membership is not None) as ownership,
        open_lanes(prepared.endpoint) as lanes,
    ):
        database = open_database(settings.database_url)
        try:
            resources = _compose(settings, database, ownership, prepared, membership, lanes)
            try:
                yield resources
            finally:
                await resources.limits.close()
                if resources.node is not None:
                    await resources.node.close()
        finally:
            await database.close()


def list_ice_servers(settings: MediaGroup, name: str, now_s: float) -> Iterator[IceServer]:
    """TURN credentials of one session, as coturn's `use-auth-secret` checks them: valid until the time they name."""
    if settings.stun:
        yield IceServer(settings.stun)
    if settings.turn and settings.turn_secret is not None:
        username = f"{int(now_s) + settings.turn_credential_hours * 3600}:{name}"
        key = settings.turn_secret.get_secret_value().encode()
        digest = hmac.new(key, username.encode(), hashlib.sha1).digest()
        yield IceServer(settings.turn, username, base64.b64encode(digest).decode())


def _check_denoiser(settings: Settings) -> None:
    """Now, and not when the first candidate speaks."""
    try:
        check_choice(settings.media.denoise)
    except DenoiserUnavailable as error:
        raise ConfigInvalid(f"VIVA_MEDIA_DENOISE: {error.detail}") from None


def _compose(
    settings: Settings,
    database: Database,
    ownership: Ownership,
    prepared: Preparations,
    membership: Membership | None,
    lanes: Lanes | None,
) -> Resources:
    users, log = Users(database), EventLog(database)
    auth = settings.auth
    invites = InviteOffice(Invites(database), valid_hours=auth.invite_valid_hours)
    limits = open_rate_limits(auth, settings.redis_url)
    tokens = TokenSigner(prepared.secret, candidate_hours=auth.candidate_session_hours, login_hours=auth.login_hours)
    rows, audit = InterviewRows(database), AuditTrail(database)
    bus = RedisBus(settings.redis_url) if settings.redis_url else LocalBus()
    spool = Spool(settings.deferred_dir)

    def note_recogniser(info: RecogniserInfo) -> None:
        registry.use_recogniser(info)

    async def deliver(interview_id: str, fact: FinalTranscript | TranscriptionFailed) -> None:
        await (await registry.get(interview_id)).take_late_text(fact)

    scheduler = _compose_recogniser(settings, prepared.engine, note_recogniser)
    catching_up = CatchingUp(spool, scheduler, deliver, aside_life_s=settings.asr.aside_days * 86_400)
    loop_lag = LoopLag()
    tally = Tally()
    tally.follow(turned_away)
    more = (RecognitionMetrics(scheduler, catching_up), LanguageModelMetrics(lanes))
    metrics = WorkerMetrics(log, loop_lag, scheduler, tally, *more)

    def measure() -> Load:
        return Load(
            worker=membership.worker if membership is not None else 0,
            running=registry.running_count,
            open=len(registry.open_ids),
            lag_ms=loop_lag.median_s * 1000,
        )

    node = _open_node(settings, membership, log, measure)
    if node is not None:
        tally.follow(node)
    registry = InterviewRegistry(
        log=log,
        bus=bus,
        mind=prepared.mind,
        scheduler=scheduler,
        media_settings=MediaSettings(
            # Candidates reach us over the relay; we need none, and allocating one would delay every answer.
            ice_servers=(IceServer(settings.media.stun),) if settings.media.stun else (),
            max_observers=settings.media.max_observers,
            recording_floor=settings.media.recording_floor,
            denoise=settings.media.denoise,
            captions=CaptionSettings.fit(settings.asr.partial_window_s),
        ),
        recordings_dir=settings.recordings_dir,
        placement=node.placement if node is not None else None,
        load=LoopLoad(lambda: loop_lag.recent_s),
        tally=tally,
        shelf=spool,
        lanes=lanes,
    )
    if node is not None:
        node.open_for(registry, metrics.expose)
    return Resources(
        settings=settings,
        database=database,
        log=log,
        interviews=rows,
        organisations=Organisations(database),
        users=users,
        audit=audit,
        guard=Guard(rows, audit),
        standing=Standing(users),
        farewells=Farewells(registry.get),
        invites=invites,
        limits=limits,
        access=Access(users, invites, tokens, limits, public_url=settings.http.public_url),
        flows=prepared.flows,
        catalogue=FlowCatalogue(prepared.flows, SavedFlows(database)),
        question_desk=prepared.question_desk,
        bus=bus,
        scheduler=scheduler,
        registry=registry,
        scoring=prepared.mind.engine,
        metrics=metrics,
        loop_lag=loop_lag,
        ownership=ownership,
        node=node,
        catching_up=catching_up,
        lanes=lanes,
    )


def _compose_recogniser(
    settings: Settings, engine: Engine | None, on_info: Callable[[RecogniserInfo], None]
) -> Recogniser:
    if engine is not None:
        return AsrScheduler(engine, threads=settings.asr.threads, settings=suit(settings.asr.device))
    return RemoteRecogniser(settings.redis_url or "", on_info=on_info)


def _open_node(
    settings: Settings, membership: Membership | None, log: EventLog, measure: Callable[[], Load]
) -> Node | None:
    if membership is None:
        return None
    if settings.redis_url is None:
        raise ConfigInvalid("VIVA_REDIS_URL: several workers speak to each other through Redis; name one")
    return Node(settings.redis_url, membership, log=log, measure=measure)


def _compose_mind(engine: ScoringEngine, recogniser: RecogniserInfo) -> Mind:
    texts = {
        text.hash: ConsentVersion(consent.kind, language, consent.version, consent.names_model)
        for names_model in (False, True)
        for consent in consents(names_model=names_model)
        for language, text in consent.texts.items()
    }
    return Mind(engine, recogniser.name, recogniser.demonstration, texts)
