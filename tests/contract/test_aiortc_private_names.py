"""The encoded path stands on names that aiortc never promised. Here it says so loudly when one is gone.

If this fails after an update of aiortc: read `media/webrtc/encoded_tap.py` beside the new `rtcrtpreceiver.py` and
`rtcrtpsender.py`. The receiver has to hand every complete encoded frame, as `(codec, frame)` with `frame.data` and
`frame.timestamp`, to the `put` of its decoder queue, and `None` at its end; the sender has to call `_send_keyframe` for
PLI and FIR. Then move `SUPPORTED_SERIES` and the pin in `pyproject.toml`. Until then decoding would come back at eight
times the cost, or nothing would arrive at all.
"""

from __future__ import annotations

import inspect
import queue
import threading
from types import SimpleNamespace
from unittest.mock import Mock

import aiortc
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, rtcrtpreceiver, rtcrtpsender

from media.webrtc import encoded_tap


def test_the_installed_series_is_the_supported_one() -> None:
    assert aiortc.__version__.startswith(encoded_tap.SUPPORTED_SERIES)


async def test_every_private_name_is_there() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    transceiver = connection.addTransceiver("video")
    for owner in (transceiver.receiver, transceiver.sender):
        for name in encoded_tap.PRIVATE_NAMES[type(owner)]:
            assert hasattr(owner, name), f"{type(owner).__name__} has no {name} any more: see this file's first lines"
    await connection.close()


def test_frames_still_pass_the_decoder_queue() -> None:
    source = inspect.getsource(rtcrtpreceiver.RTCRtpReceiver)
    assert "self.__decoder_queue.put((codec, encoded_frame))" in source
    assert "self.__decoder_queue.put(None)" in source
    assert "target=decoder_worker" in source
    assert "self._send_keyframe()" in inspect.getsource(rtcrtpsender.RTCRtpSender)
    assert list(inspect.signature(rtcrtpreceiver.RTCRtpReceiver._send_rtcp_pli).parameters) == ["self", "media_ssrc"]


def test_a_tapped_receivers_thread_ends_at_once_and_others_decode() -> None:
    encoded_tap.install()
    frames: list[tuple[bytes, int]] = []
    receiver = SimpleNamespace()
    encoded_tap.tap_receiver(receiver, lambda data, timestamp: frames.append((data, timestamp)))
    tap = receiver._RTCRtpReceiver__decoder_queue
    thread = threading.Thread(target=rtcrtpreceiver.decoder_worker, args=(Mock(), tap, Mock(), threading.Event()))
    thread.start()
    thread.join(2)
    assert not thread.is_alive()
    tap.put((Mock(), SimpleNamespace(data=b"frame", timestamp=7)))
    tap.put(None)
    assert frames == [(b"frame", 7)]

    ordinary: queue.Queue[object] = queue.Queue()
    thread = threading.Thread(
        target=rtcrtpreceiver.decoder_worker, args=(Mock(), ordinary, Mock(), threading.Event()), daemon=True
    )
    thread.start()
    thread.join(0.2)
    assert thread.is_alive(), "a receiver that is not tapped has to go on decoding"


def test_another_series_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiortc, "__version__", "2.0.0")
    with pytest.raises(RuntimeError, match=r"encoded_tap\.py"):
        encoded_tap.install()
