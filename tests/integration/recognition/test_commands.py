"""What `viva asr-worker`, `viva doctor` and the server's own checks say of recognisers elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from media.transcription.shelf import UnheardSegment
from media.transcription.types import Request
from server.cli import app
from server.cli.checks import check_deferred, check_recogniser
from server.recognition.spool import Spool
from server.settings import ConfigInvalid, Settings, load_settings
from tests.fakes.redis_server import RedisServer
from tests.integration.recognition.stage import Stage, speech, until
from tests.integration.server.workplace import open_workplace

pytestmark = pytest.mark.integration

ELSEWHERE = {"where": "redis"}


def settings_for(folder: Path, redis: RedisServer | None) -> Settings:
    url = {} if redis is None else {"redis": {"url": redis.url}}
    return load_settings({"data_dir": folder, "asr": ELSEWHERE, **url})


def unheard() -> UnheardSegment:
    return UnheardSegment("interview", "1-1", 0, 1000, Request(np.zeros(16_000, np.float32), "en", "final"))


@pytest.mark.parametrize(
    ("arguments", "variables", "exit_code", "message"),
    [
        (["asr-worker"], {}, 2, "config_invalid: VIVA_REDIS_URL"),
        (["asr-worker", "--threads", "0"], {}, 2, "--threads"),
        (["asr-worker", "--model", "none"], {"VIVA_REDIS_URL": "redis://127.0.0.1:1/0"}, 1, "model_unavailable:"),
        (["serve"], {"VIVA_ASR_WHERE": "redis"}, 2, "config_invalid: VIVA_REDIS_URL"),
        (["serve"], {"VIVA_ASR_WHERE": "nowhere"}, 2, "VIVA_ASR_WHERE"),
    ],
)
def test_what_cannot_work_is_said_at_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variables: dict[str, str],
    exit_code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, arguments, env={"VIVA_DATA_DIR": str(tmp_path), "NO_COLOR": "1", **variables})
    assert result.exit_code == exit_code
    assert message in result.stderr


async def test_doctor_says_who_is_there_and_what_waits(stage: Stage, tmp_path: Path) -> None:
    settings = await asyncio.to_thread(settings_for, tmp_path, stage.redis)
    nobody = await check_recogniser(settings)
    assert (nobody.status, "no worker answers" in nobody.detail) == ("failed", True)
    asker = await stage.asker()
    waiting = asyncio.create_task(asker.transcribe("interview", speech(1.0)))
    async with asyncio.timeout(5):
        while "jobs waiting: 1," not in (await check_recogniser(settings)).detail:
            await asyncio.sleep(0.02)
    await stage.worker(threads=2)
    await waiting
    found = await check_recogniser(settings)
    assert found.status == "optional", "it is the demonstration recogniser"
    assert found.detail == "fake, for en, zh-CN; workers: 1, threads: 2; no jobs waiting"
    stage.redis.stop()
    away = await check_recogniser(settings)
    assert (away.status, away.detail.startswith("unavailable: Redis")) == ("failed", True)
    alone = await asyncio.to_thread(settings_for, tmp_path, None)
    assert (await check_recogniser(alone)).status == "failed"


async def test_doctor_counts_kept_speech(tmp_path: Path) -> None:
    settings = await asyncio.to_thread(settings_for, tmp_path, None)
    assert (await asyncio.to_thread(check_deferred, settings)).status == "ok"
    assert await Spool(settings.deferred_dir).keep(unheard())
    found = await asyncio.to_thread(check_deferred, settings)
    assert (found.status, found.detail) == ("optional", "segments waiting: 1, the oldest for 0 s")
    for path in settings.deferred_dir.glob("*/*.speech"):
        path.rename(path.with_suffix(".failed"))
    found = await asyncio.to_thread(check_deferred, settings)
    assert (found.status, found.detail) == ("optional", "none; set aside: 1")


async def test_a_server_is_ready_without_workers_and_tells_who_is_there(stage: Stage, tmp_path: Path) -> None:
    async with open_workplace(tmp_path, redis={"url": stage.redis.url}, asr=ELSEWHERE) as place:
        ready = await place.client.get("/readyz")
        assert ready.status_code == 200
        checks = ready.json()["checks"]
        assert checks["recogniser"]["detail"].startswith("no worker answers")
        assert checks["deferred"] == {"ok": True, "detail": "none"}
        await stage.worker()
        await until(lambda: place.resources.recogniser.name == "fake")
        detail = (await place.client.get("/readyz")).json()["checks"]["recogniser"]["detail"]
        assert detail == "fake (demonstration); workers: 1, threads: 1, jobs waiting: 0"
        text = (await place.client.get("/metrics")).text
        families = {family.name: family for family in text_string_to_metric_families(text)}
        assert families["viva_asr_workers"].samples[0].value == 1
        jobs = {(each.labels["kind"], each.labels["state"]): each.value for each in families["viva_asr_jobs"].samples}
        assert jobs[("final", "waiting")] == 0
        assert families["viva_asr_deferred_segments"].samples[0].value == 0


async def test_a_server_without_redis_in_its_settings_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match="VIVA_REDIS_URL"):
        async with open_workplace(tmp_path, asr=ELSEWHERE):
            pass
