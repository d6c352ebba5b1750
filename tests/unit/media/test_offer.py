"""What an offer must have, and that no offer, however hostile, does more than be refused."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.errors import SdpRejected
from media.settings import MediaSettings
from media.webrtc.offer import MAXIMUM_BYTES, offer_in_band_repair, read_offer
from media.webrtc.publisher_peer import PublisherPeer
from tests.fakes.media_parts import ManualClock

VP8 = "a=rtpmap:98 VP8/90000"
FINGERPRINT = ":".join(["AB"] * 32)


def make_offer(*, audio: bool = True, video: bool = True, returns: str = "", more: str = "") -> str:
    """`returns`: letters of the kinds that are also received, `a` and `v`."""
    head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    mids = ["0"] * audio + ["1"] * video + [{"a": "2", "v": "3"}[kind] for kind in returns]
    head += f"a=group:BUNDLE {' '.join(mids)}\r\na=msid-semantic: WMS *\r\n"
    transport = (
        "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
        f"a=fingerprint:sha-256 {FINGERPRINT}\r\na=setup:actpass\r\na=rtcp-mux\r\n"
        "a=candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host generation 0\r\n"
        "a=candidate:2 1 udp 2122260222 0f3e.local 50001 typ host generation 0\r\n"
        "a=candidate:3 1 udp 2122260221 example.invalid 50001 typ host generation 0\r\n"
    )
    sound = (
        f"m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\n{transport}a=mid:0\r\na=sendonly\r\n"
        "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:0 PCMU/8000\r\n"
        "a=ssrc:1 cname:x\r\n"
    )
    picture = (
        f"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n{transport}a=mid:1\r\na=sendonly\r\n"
        "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
    )
    back = {
        "a": sound.replace("a=mid:0", "a=mid:2")
        .replace("a=sendonly", "a=recvonly")
        .replace("a=ssrc:1 cname:x\r\n", ""),
        "v": picture.replace("a=mid:1", "a=mid:3").replace("a=sendonly", "a=recvonly"),
    }
    return head + sound * audio + picture * video + "".join(back[kind] for kind in returns) + more


@asynccontextmanager
async def answering(*, returns: bool = False) -> AsyncIterator[PublisherPeer]:
    def ignore(*anything: object) -> None:
        del anything

    peer = PublisherPeer(
        1,
        clock=ManualClock(),
        settings=MediaSettings(close_peer_within_s=2),
        on_frame=ignore,
        on_packet=ignore,
        want_key_frame=ignore,
        want_return_key_frame=ignore if returns else None,
    )
    try:
        yield peer
    finally:
        await peer.close()


async def negotiate(offer: str, *, returns: bool = False) -> str:
    async with answering(returns=returns) as peer:
        return await peer.answer(offer)


def test_names_are_taken_out_and_addresses_stay() -> None:
    offer = read_offer(make_offer())
    assert (offer.audio, offer.video) == (True, True)
    assert "192.0.2.7" in offer.sdp
    assert ".local" not in offer.sdp
    assert "example.invalid" not in offer.sdp


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "v=0"),
        ("hello", "v=0"),
        ("v=0\r\n" + "a=x\r\n" * MAXIMUM_BYTES, "larger"),
        (make_offer(audio=False, video=False), "neither"),
        (make_offer(more="m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"), "malformed"),
        (make_offer(video=False) + make_offer(video=False).split("a=msid-semantic: WMS *\r\n")[1], "more than one"),
        (make_offer().replace("VP8", "VP9"), "VP8"),
        (make_offer().replace("opus", "speex"), "OPUS"),
        (make_offer(more="a=candidate:1 1 udp\r\n"), "candidate"),
        (make_offer(more="a=x\x00\r\n"), "control"),
    ],
)
def test_each_fault_has_its_reason(text: str, reason: str) -> None:
    with pytest.raises(SdpRejected, match=reason):
        read_offer(text)


H264 = "a=rtpmap:96 H264/90000\r\na=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"


async def test_h264_is_taken_where_there_is_no_vp8() -> None:
    offer = make_offer().replace("a=rtpmap:96 VP8/90000", H264)
    assert read_offer(offer).video_codecs == ("h264",)
    answer = await negotiate(offer)
    assert "a=rtpmap:96 H264/90000" in answer
    assert "packetization-mode=1" in answer
    assert "rtx/90000" in answer


@pytest.mark.parametrize(
    ("order", "taken", "left"), [("96 98 97", "H264/90000", "VP8"), ("98 96 97", "VP8/90000", "H264")]
)
async def test_what_the_browser_likes_best_is_taken(order: str, taken: str, left: str) -> None:
    """Its device may have a chip for it."""
    both = make_offer().replace("SAVPF 96 97", f"SAVPF {order}")
    both = both.replace("a=rtpmap:96 VP8/90000", f"{H264}\r\n{VP8}")
    assert set(read_offer(both).video_codecs) == {"vp8", "h264"}
    answer = await negotiate(both)
    assert taken in answer
    assert left not in answer


@pytest.mark.parametrize(
    ("wanted", "unfit"),
    [("packetization-mode=1", "packetization-mode=0"), ("42e01f", "640c1f"), (";profile-level-id=42e01f", "")],
)
def test_other_h264_is_refused(wanted: str, unfit: str) -> None:
    offer = make_offer().replace("a=rtpmap:96 VP8/90000", H264.replace(wanted, unfit))
    with pytest.raises(SdpRejected, match="H264"):
        read_offer(offer)


async def test_the_answer_takes_media_and_offers_repair() -> None:
    answer = await negotiate(make_offer())
    assert answer.count("a=recvonly") == 2
    assert "a=fmtp:111 minptime=10;useinbandfec=1\r\n" in answer
    assert "VP8/90000" in answer
    assert "PCMU" not in answer
    assert "a=candidate:" in answer


@pytest.mark.parametrize("returns", ["a", "v", "av", "va"])
async def test_the_way_back_is_sent_on_by_the_same_transport(returns: str) -> None:
    offer = make_offer(returns=returns)
    sections = read_offer(offer, returns=True).sections
    assert [section.kind for section in sections if section.returns] == [
        {"a": "audio", "v": "video"}[kind] for kind in returns
    ]
    answer = await negotiate(offer, returns=True)
    assert answer.count("a=recvonly") == 2
    assert answer.count("a=sendonly") == len(returns)
    assert len(set(re.findall(r"a=ice-ufrag:(\S+)", answer))) == 1
    assert len(set(re.findall(r"m=\w+ (\d+)", answer))) == 1
    for kind in returns:
        section = answer.split("m=")[3 + returns.index(kind)]
        assert ("opus" if kind == "a" else "VP8") in section
        assert "a=sendonly" in section


async def test_the_first_section_says_where_the_far_end_is() -> None:
    """Browsers give the others addresses of transports that are let go as soon as all is bundled, or none."""
    head, first, *others = make_offer(returns="av").split("m=")
    elsewhere = ["m=" + section.replace("192.0.2.7 50000", "192.0.2.9 50009") for section in others]
    bare = ["m=" + re.sub(r"a=candidate:.*\r\n", "", section) for section in others]
    for sections in (elsewhere, bare):
        async with answering(returns=True) as peer:
            await peer.answer(f"{head}m={first}{''.join(sections)}")
            transports = {
                id(one.receiver.transport): one.receiver.transport for one in peer._connection.getTransceivers()
            }
            (transport,) = transports.values()
            remote: Any = transport.transport._connection
            assert [candidate.host for candidate in remote.remote_candidates] == ["192.0.2.7"]


async def test_the_way_back_may_stand_before_the_way_there() -> None:
    head, *sections = make_offer(returns="a").split("m=")
    head = head.replace("BUNDLE 0 1 2", "BUNDLE 2 0 1")
    offer = "m=".join([head, sections[2], sections[0], sections[1]])
    answer = await negotiate(offer, returns=True)
    assert re.findall(r"a=(recvonly|sendonly)", answer) == ["sendonly", "recvonly", "recvonly"]


async def test_an_offer_without_the_way_back_is_answered_as_ever() -> None:
    assert (await negotiate(make_offer(), returns=True)).count("a=recvonly") == 2


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        (make_offer(returns="aa"), "more than one section of a kind"),
        (make_offer(returns="avv"), "more than one section of a kind"),
        (make_offer(audio=False, video=False, returns="av"), "that is sent"),
        (make_offer(returns="a").replace("a=recvonly", "a=recvonly\r\na=sendrecv"), "more than one direction"),
        (make_offer(returns="a").replace("a=recvonly", "a=sendrecv"), "more than one section of a kind"),
        (make_offer(returns="a").replace("BUNDLE 0 1 2", "BUNDLE 0 1"), "bundle"),
        (make_offer(returns="v").replace("VP8", "AV1"), "VP8"),
    ],
)
def test_a_way_back_has_its_bounds(offer: str, reason: str) -> None:
    with pytest.raises(SdpRejected, match=reason):
        read_offer(offer, returns=True)


def test_who_is_not_sent_to_may_not_ask_for_it() -> None:
    with pytest.raises(SdpRejected, match="more than one"):
        read_offer(make_offer(returns="a"))


def test_repair_is_offered_once() -> None:
    line = "a=rtpmap:111 opus/48000/2\r\n"
    once = offer_in_band_repair(line)
    assert offer_in_band_repair(once) == once


@pytest.mark.parametrize(
    "missing", ["a=ice-ufrag", "a=ice-pwd", "a=rtcp-mux", "a=fingerprint", "a=setup", "a=mid", "a=group"]
)
async def test_an_offer_that_lacks_something_is_refused(missing: str) -> None:
    lines = [line for line in make_offer().split("\r\n") if not line.startswith(missing)]
    with pytest.raises(SdpRejected):
        await negotiate("\r\n".join(lines))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400) | st.integers(0, 2**32).map(lambda seed: _spoil(make_offer(), seed)))
def test_reading_refuses_or_accepts(text: str) -> None:
    try:
        read_offer(text)
    except SdpRejected:
        pass


@pytest.mark.parametrize("seed", range(150))
async def test_negotiating_a_spoilt_offer_refuses_or_answers(seed: int) -> None:
    try:
        answer = await negotiate(_spoil(make_offer(returns="av" if seed % 2 else ""), seed), returns=True)
    except SdpRejected:
        pass
    else:
        assert answer.startswith("v=0")


def _spoil(offer: str, seed: int) -> str:
    """One to four changes: a line lost, doubled, moved or cut; a value replaced; a character turned."""
    dice = random.Random(seed)
    lines = offer.split("\r\n")
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(lines))
        match dice.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[dice.randrange(len(lines))])
            case 2:
                lines.insert(dice.randrange(len(lines)), lines.pop(at))
            case 3:
                lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]
            case 4:
                name, _, _ = lines[at].partition(":")
                lines[at] = (
                    name + ":" + dice.choice(["", "-1", "99999999999", "x y", "é" * 9, " ", ":" * 5, "0/0", "*"])
                )
            case _:
                position = dice.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:position] + chr(dice.randrange(32, 1200)) + lines[at][position + 1 :]
    return "\r\n".join(lines)
