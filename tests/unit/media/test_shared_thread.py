"""One thread for all recorders of a loop, with them and not after them."""

from __future__ import annotations

import asyncio
import errno
import gc
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from media.frames import EncodedFrame
from media.recording.recorder import Recorder
from media.settings import MediaSettings
from media.shared_thread import enter_shared_thread
from media.types import MediaFact
from tests.fakes.media_parts import ManualClock


def recorder_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "recorder"]


async def wait_until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


async def test_recorders_share_a_thread_that_ends_with_the_last(tmp_path: Path) -> None:
    recorders = [Recorder(tmp_path / str(n), ManualClock(), MediaSettings()) for n in range(3)]
    assert not recorder_threads()
    for recorder in recorders:
        recorder.push(EncodedFrame(1, "audio", b"\xfc\xff\xfe", 0, 0))
        await recorder.write_pending()
    assert len(recorder_threads()) == 1
    for recorder in recorders:
        assert recorder_threads()
        await recorder.finish()
    await wait_until(lambda: not recorder_threads())
    assert len(list(tmp_path.glob("*/001-001.webm"))) == 3


async def test_who_comes_together_goes_together_and_in_order() -> None:
    thread = enter_shared_thread("recorder")
    gate = threading.Event()
    done: list[int] = []

    def wait() -> None:
        gate.wait(5)
        done.append(0)

    first = asyncio.ensure_future(thread.do(wait))
    await asyncio.sleep(0.01)
    later = [asyncio.ensure_future(thread.do(partial(done.append, number))) for number in (1, 2, 3)]
    await asyncio.sleep(0.01)
    later[1].cancel()
    thread.leave()
    gate.set()
    await asyncio.gather(first, later[0], later[2])
    assert done == [0, 1, 2, 3], "what was handed over is done, whoever waits for it"
    await wait_until(lambda: not recorder_threads())


async def test_one_that_fails_fails_alone() -> None:
    thread = enter_shared_thread("recorder")

    def fail() -> None:
        raise OSError(errno.EIO, "Input/output error")

    outcomes = await asyncio.gather(thread.do(fail), thread.do(lambda: None), return_exceptions=True)
    thread.leave()
    assert [type(outcome) for outcome in outcomes] == [OSError, type(None)]
    await thread.do(lambda: None)
    await wait_until(lambda: not recorder_threads())


def test_a_recorder_that_is_never_finished_leaves_no_thread_when_its_loop_ends(tmp_path: Path) -> None:
    async def write() -> None:
        recorder = Recorder(tmp_path, ManualClock(), MediaSettings())
        recorder.push(EncodedFrame(1, "audio", b"\xfc\xff\xfe", 0, 0))
        await recorder.write_pending()

    asyncio.run(write())
    gc.collect()
    for thread in recorder_threads():
        thread.join(5)
    assert not recorder_threads()


async def test_a_failure_reaches_the_caller_and_the_file_is_closed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path, ManualClock(), MediaSettings())
    recorder.push(EncodedFrame(1, "audio", b"\xfc\xff\xfe", 0, 0))
    await recorder.write_pending()
    closed: list[int] = []

    def fail(*_: object) -> None:
        raise ValueError("unforeseen")

    monkeypatch.setattr(recorder._tape, "write", fail)

    def close(now_ms: int) -> list[MediaFact]:
        closed.append(now_ms)
        return []

    monkeypatch.setattr(recorder._tape, "close", close)
    with pytest.raises(ValueError, match="unforeseen"):
        await recorder.finish()
    assert closed
    await wait_until(lambda: not recorder_threads())
