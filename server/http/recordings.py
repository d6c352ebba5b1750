"""The recorded segments of an interview, with Range for seeking."""

from __future__ import annotations

from anyio import Path as AsyncPath
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from server.archive.recordings import list_recordings, recording_path
from server.errors import NotFound
from server.http.context import resources_of
from server.http.guard import permitted_interview

MEDIA_TYPES = {".webm": "video/webm", ".mkv": "video/matroska"}
"""RFC 9559 section 27.3 for the second, which holds H.264."""


async def play_recording(request: Request) -> Response:
    """A name is taken only if the log knows it, so that no other file can be asked for."""
    user, row = await permitted_interview(request, "recording.play")
    resources = resources_of(request)
    name = request.path_params["name"]
    known = {recording.name for recording in list_recordings(await resources.log.read(row.id))}
    path = recording_path(resources.settings.recordings_dir, row.id, name) if name in known else None
    if path is None or not await AsyncPath(path).is_file():
        raise NotFound("there is no such recording")
    await resources.audit.add(user, "recording.play", row.id, name)
    return FileResponse(path, media_type=MEDIA_TYPES.get(path.suffix), content_disposition_type="inline")


def recording_routes() -> list[BaseRoute]:
    return [Route("/v1/interviews/{interview}/recordings/{name}", play_recording)]
