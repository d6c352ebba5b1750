"""Reading an SDP offer before aiortc does: what it must have, and what must not reach the ICE agent."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal, cast

from media.errors import SdpRejected
from media.frames import Codec

MAXIMUM_BYTES = 64 * 1024
MAXIMUM_CANDIDATES = 64

_MEDIA_LINE = re.compile(r"^m=(audio|video) \d{1,5} [A-Z/]+( \d{1,3})+$")
_RTPMAP = re.compile(r"^a=rtpmap:(\d{1,3}) ([A-Za-z0-9-]+)/(\d+)", re.IGNORECASE)
_BASELINE = re.compile(r"[:; ]profile-level-id=42[0-9a-f]{4}(;|$)", re.IGNORECASE)
_MODE_ONE = re.compile(r"[:; ]packetization-mode=1(;|$)", re.IGNORECASE)

_TOKEN = re.compile(r"^[A-Za-z0-9._+-]{1,32}$")
_NEEDED = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:")
_DIRECTIONS = ("a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive")


@dataclass(frozen=True, slots=True)
class Section:
    """`returns`: it is there for what we send to somebody who sends to us in other sections. `video_codecs`: which of
    ours it knows, the better one first."""

    kind: Literal["audio", "video"]
    returns: bool
    video_codecs: tuple[Codec, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """`sdp` is fit for aiortc; `sections` are in its order. `audio`, `video` and `video_codecs` are of those that are
    not for what returns."""

    sdp: str
    sections: tuple[Section, ...]

    @property
    def audio(self) -> bool:
        return any(section.kind == "audio" and not section.returns for section in self.sections)

    @property
    def video(self) -> bool:
        return any(section.kind == "video" and not section.returns for section in self.sections)

    @property
    def video_codecs(self) -> tuple[Codec, ...]:
        return next((one.video_codecs for one in self.sections if one.kind == "video" and not one.returns), ())


def read_offer(text: str, *, returns: bool = False) -> Offer:
    """Raises SdpRejected with what is wrong. Unusable candidates (mDNS names, host names) are taken out: a name would
    be looked up inside the negotiation, and the far end is found by its own checks anyway. `returns`: sections that
    only receive may stand beside those that send, one of a kind.
    """
    if len(text.encode("utf-8", "replace")) > MAXIMUM_BYTES:
        raise SdpRejected(f"the offer is larger than {MAXIMUM_BYTES} bytes")
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines or not lines[0].startswith("v=0"):
        raise SdpRejected("the offer does not start with v=0")
    if not text.isprintable() and not all(character.isprintable() or character in "\r\n\t" for character in text):
        raise SdpRejected("the offer holds control characters")
    kept = _keep_usable_candidates(lines)
    session, *sections = _split_sections(kept)
    found = tuple(_read_section(section, session, returns) for section in sections)
    if not any(not section.returns for section in found):
        raise SdpRejected("the offer has neither audio nor video" + (" that is sent" if found else ""))
    if len({(section.kind, section.returns) for section in found}) != len(found):
        raise SdpRejected("the offer has more than one section of a kind")
    _check_bundle(session, [_read_one(section, "a=mid:") for section in sections])
    return Offer("\r\n".join(kept) + "\r\n", found)


def offer_in_band_repair(answer: str) -> str:
    """Adds to an answer that Opus may carry the previous frame again; without it browsers do not send any."""
    return re.sub(
        r"(a=rtpmap:(\d+) opus/48000/2\r\n)(?!a=fmtp:\2 )",
        r"\1a=fmtp:\2 minptime=10;useinbandfec=1\r\n",
        answer,
        flags=re.IGNORECASE,
    )


def _keep_usable_candidates(lines: list[str]) -> list[str]:
    kept: list[str] = []
    candidates = 0
    for line in lines:
        if line.startswith("a=candidate:"):
            candidates += 1
            if candidates > MAXIMUM_CANDIDATES or not _is_usable(line):
                continue
        kept.append(line)
    return kept


def _is_usable(line: str) -> bool:
    fields = line.split()
    if len(fields) < 8:
        raise SdpRejected("a candidate of the offer is malformed")
    try:
        ipaddress.ip_address(fields[4])
    except ValueError:
        return False
    return True


def _split_sections(lines: list[str]) -> list[list[str]]:
    """The session's lines first, then those of each media section."""
    sections: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line)
    return sections


def _read_one(lines: list[str], name: str) -> str:
    values = [line.removeprefix(name) for line in lines if line.startswith(name)]
    if len(values) != 1 or not _TOKEN.match(values[0]):
        raise SdpRejected(f"a section needs exactly one {name}")
    return values[0]


def _check_bundle(session: list[str], mids: list[str]) -> None:
    """All on one transport (RFC 9725 section 4.4.2); aiortc loses its own when the group and the sections differ."""
    groups = [line.split()[1:] for line in session if line.startswith("a=group:BUNDLE")]
    if len(groups) != 1 or groups[0] != mids or len(set(mids)) != len(mids):
        raise SdpRejected("the offer has to bundle all its sections, in their order")


def _read_section(section: list[str], session: list[str], returns: bool) -> Section:
    kind = _check_section(section, session)
    directions = [line for line in section if line in _DIRECTIONS]
    if len(directions) > 1:
        raise SdpRejected(f"the {kind} section has more than one direction")
    codecs = _find_video_codecs(section) if kind == "video" else ()
    return Section(kind, returns and directions == ["a=recvonly"], codecs)


def _check_section(section: list[str], session: list[str]) -> Literal["audio", "video"]:
    match = _MEDIA_LINE.match(section[0])
    if match is None:
        raise SdpRejected("a media section is malformed, or neither audio nor video")
    kind = match.group(1)
    if kind == "audio" and not any(name == "OPUS" for name, _ in _read_codecs(section)):
        raise SdpRejected("the audio section does not offer OPUS")
    if kind == "video" and not _find_video_codecs(section):
        raise SdpRejected("the video section offers neither VP8 nor H264 (baseline profile, packetization-mode 1)")
    for name in _NEEDED:
        if not any(line.startswith(name) for line in section + session):
            raise SdpRejected(f"the {kind} section lacks {name}")
    if "a=rtcp-mux" not in section:
        raise SdpRejected(f"the {kind} section lacks a=rtcp-mux")
    return cast(Literal["audio", "video"], kind)


def _read_codecs(section: list[str]) -> list[tuple[str, str]]:
    """(name in capitals, parameters) of each, in the order of the media line, which is that of preference."""
    parameters = {line.split(" ")[0].removeprefix("a=fmtp:"): line for line in section if line.startswith("a=fmtp:")}
    names = {match.group(1): match.group(2).upper() for line in section if (match := _RTPMAP.match(line))}
    numbers = section[0].split()[3:]
    return [(names[number], parameters.get(number, "")) for number in numbers if number in names]


def _find_video_codecs(section: list[str]) -> tuple[Codec, ...]:
    """Those we know, in the order of the browser's preference: the first is what its device does best."""
    found: list[Codec] = []
    for name, parameters in _read_codecs(section):
        if name == "VP8":
            found.append("vp8")
        elif name == "H264" and _BASELINE.search(parameters) and _MODE_ONE.search(parameters):
            found.append("h264")
    return tuple(dict.fromkeys(found))
