"""The offer of a browser, as far as it matters here: Opus and VP8 with retransmission, one bundle."""

from __future__ import annotations

OPUS, VP8, RTX = 111, 96, 97
MID_ID, AUDIO_LEVEL_ID, SEND_TIME_ID = 1, 2, 3

_SESSION = ("v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0")
_AUDIO = (
    f"a=extmap:{AUDIO_LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    f"a=rtpmap:{OPUS} opus/48000/2",
    f"a=fmtp:{OPUS} minptime=10;useinbandfec=1",
)
_VIDEO = (
    f"a=extmap:{SEND_TIME_ID} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    f"a=rtpmap:{VP8} VP8/90000",
    f"a=rtcp-fb:{VP8} nack",
    f"a=rtcp-fb:{VP8} nack pli",
    f"a=rtcp-fb:{VP8} ccm fir",
    f"a=rtcp-fb:{VP8} goog-remb",
    f"a=rtpmap:{RTX} rtx/90000",
    f"a=fmtp:{RTX} apt={VP8}",
)


def write_offer(
    *,
    ufrag: str,
    password: str,
    fingerprint: str,
    addresses: list[tuple[str, int]],
    sends: bool,
    audio: bool,
    video: bool,
    ssrcs: dict[str, int],
) -> str:
    """`ssrcs` of a sender: audio, video, rtx."""
    kinds = [kind for kind, there in (("audio", audio), ("video", video)) if there]
    lines = [*_SESSION, "a=group:BUNDLE " + " ".join(map(str, range(len(kinds)))), "a=msid-semantic:WMS *"]
    for mid, kind in enumerate(kinds):
        lines += [
            f"m={kind} {addresses[0][1]} UDP/TLS/RTP/SAVPF " + (f"{OPUS}" if kind == "audio" else f"{VP8} {RTX}"),
            f"c=IN IP4 {addresses[0][0]}",
            "a=sendonly" if sends else "a=recvonly",
            f"a=extmap:{MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid",
            f"a=mid:{mid}",
            "a=rtcp-mux",
            *(_AUDIO if kind == "audio" else _VIDEO),
        ]
        if sends:
            lines += _name_streams(kind, ssrcs)
        lines += [
            *(
                f"a=candidate:{at} 1 udp 2130706431 {host} {port} typ host"
                for at, (host, port) in enumerate(addresses, 1)
            ),
            "a=end-of-candidates",
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{password}",
            f"a=fingerprint:sha-256 {fingerprint}",
            "a=setup:actpass",
        ]
    return "\r\n".join(lines) + "\r\n"


def _name_streams(kind: str, ssrcs: dict[str, int]) -> list[str]:
    if kind == "audio":
        return [f"a=ssrc:{ssrcs['audio']} cname:load", "a=msid:load audio"]
    video, rtx = ssrcs["video"], ssrcs["rtx"]
    return [
        f"a=ssrc-group:FID {video} {rtx}",
        f"a=ssrc:{video} cname:load",
        f"a=ssrc:{rtx} cname:load",
        "a=msid:load video",
    ]
