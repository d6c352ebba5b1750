"""What WHIP (RFC 9725) and WHEP have in common: an SDP offer comes in, an answer with its own address goes out."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from media.errors import SdpRejected
from media.types import IceServer
from server.errors import TooLarge, UnsupportedMedia
from server.http.problems import problem

CONTENT_TYPE = "application/sdp"
MAX_OFFER_BYTES = 64 * 1024


async def read_offer(request: Request) -> str:
    """Raises UnsupportedMedia, TooLarge, SdpRejected."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != CONTENT_TYPE:
        raise UnsupportedMedia(f"send an offer as {CONTENT_TYPE}")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_OFFER_BYTES:
            raise TooLarge(f"an offer has {MAX_OFFER_BYTES} bytes at most")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise SdpRejected("the offer is not UTF-8 text") from None


def answer_response(sdp: str, location: str, etag: str, ice_servers: tuple[IceServer, ...]) -> Response:
    response = Response(
        sdp, status_code=201, media_type=CONTENT_TYPE, headers={"Location": location, "ETag": f'"{etag}"'}
    )
    for link in _links(ice_servers):
        response.headers.append("Link", link)
    return response


async def describe(request: Request) -> Response:
    """OPTIONS: what may be posted."""
    return Response(status_code=204, headers={"Accept-Post": CONTENT_TYPE, "Allow": "OPTIONS, POST"})


async def refuse_patch(request: Request) -> Response:
    """Offers carry their candidates, and a broken connection is replaced by a new one (RFC 9725, section 4.3)."""
    detail = "send a new offer instead of a change to an old one"
    return problem(405, "trickle_unsupported", detail, headers={"Allow": "DELETE"})


def _links(ice_servers: tuple[IceServer, ...]) -> Iterator[str]:
    """RFC 9725, section 4.6."""
    for server in ice_servers:
        for url in server.urls:
            link = f'<{url}>; rel="ice-server"'
            if server.username is not None:
                link += f'; username="{_quote(server.username)}"; credential="{_quote(server.credential or "")}"'
                link += '; credential-type="password"'
            yield link


def _quote(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
