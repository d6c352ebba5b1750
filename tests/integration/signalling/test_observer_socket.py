from __future__ import annotations

import pytest
from websockets.exceptions import ConnectionClosed

from server.protocol import events as e
from server.protocol import signals as s
from server.signalling.observer import WATCH_LIMIT
from tests.integration.signalling.house import COOKIE, House, enter_as_hr, hear, hear_until, say, seqs

ASSESSED = e.AnswerAssessed("t", "q", e.Star(0, 0, 0, 0), (), ())


async def test_a_watch_brings_everything_and_is_recorded(house: House) -> None:
    interview = house.open_interview()
    await interview.happen(e.MediaRecovered(1), ASSESSED)
    async with house.dial(headers=COOKIE) as socket:
        assert (await enter_as_hr(socket))["data"]["role"] == "hr"
        await say(socket, "interview.watch", command_id="watch", interview="one")
        frames = await hear_until(socket, "session.caught_up")
        assert {"command": "watch", "seq": 3} in [frame["data"] for frame in frames]
        events = [frame for frame in frames if frame["seq"]]
        assert [frame["type"] for frame in events] == ["media.recovered", "answer.assessed", "observer.joined"]
        assert events[-1]["data"]["user_id"] == "user-1"
        await interview.signal(s.SpeechChanged(True))
        assert (await hear(socket))["type"] == "speech.changed"
        await interview.happen(ASSESSED)
        assert (await hear(socket))["seq"] == 4
    assert [type(event.data) for event in house.resources.log.events["one"]][-1] is e.ObserverLeft


async def test_several_interviews_on_one_socket_each_from_its_own_seq(house: House) -> None:
    for name in ("one", "two"):
        await house.open_interview(name).happen(*(e.MediaRecovered(epoch) for epoch in range(10)))
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.watch", {"after_seq": 8}, interview="one")
        first = await hear_until(socket, "session.caught_up")
        await say(socket, "interview.watch", {"after_seq": 9}, interview="two")
        second = await hear_until(socket, "session.caught_up")
        assert (seqs(first), seqs(second)) == ([9, 10, 11], [10, 11])
        assert second[-1]["interview"] == "two"


async def test_watching_again_begins_again_and_is_recorded_once(house: House) -> None:
    interview = house.open_interview()
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        for _ in range(3):
            await say(socket, "interview.watch", interview="one")
            assert seqs(await hear_until(socket, "session.caught_up")) == [1]
        await interview.happen(e.MediaRecovered(1))
        assert seqs([await hear(socket)]) == [2]
        await say(socket, "session.ping")
        assert (await hear(socket))["type"] == "session.pong"


async def test_unwatching_ends_the_feed(house: House) -> None:
    interview = house.open_interview()
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.watch", interview="one")
        await hear_until(socket, "session.caught_up")
        for _ in range(2):
            await say(socket, "interview.unwatch", interview="one")
            await hear_until(socket, "command.accepted")
        assert interview.present == []
        await interview.happen(e.MediaRecovered(1))
        await say(socket, "session.ping")
        assert (await hear(socket))["type"] == "session.pong"


async def test_interviews_of_others_are_not_there(house: House) -> None:
    house.open_interview("theirs", organisation_id="2")
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        for name in ("theirs", "nowhere"):
            await say(socket, "interview.watch", interview=name)
            assert (await hear(socket))["data"]["code"] == "not_found"
    assert "theirs" not in house.resources.log.events


async def test_the_board_shows_the_own_organisation(house: House) -> None:
    house.open_interview("one")
    house.open_interview("theirs", organisation_id="2")
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        await say(socket, "board.watch")
        snapshot = (await hear_until(socket, "board.snapshot"))[-1]
        assert [card["interview"] for card in snapshot["data"]["cards"]] == ["one"]
        await house.show_card("theirs", "2")
        await house.show_card("one")
        assert (await hear_until(socket, "board.card_changed"))[-1]["data"]["card"]["interview"] == "one"


async def test_bad_watches_are_refused(house: House) -> None:
    house.open_interview()
    async with house.dial(headers=COOKIE) as socket:
        await enter_as_hr(socket)
        await say(socket, "interview.watch", {"after_seq": 99}, interview="one")
        assert (await hear(socket))["data"]["code"] == "seq_unknown"
        await say(socket, "interview.watch")
        assert (await hear(socket))["data"]["code"] == "invalid_message"
        await say(socket, "answer.finish", {"turn_id": "t"}, interview="one")
        assert (await hear(socket))["data"]["code"] == "forbidden"
        for index in range(WATCH_LIMIT + 1):
            house.open_interview(f"many-{index}")
            await say(socket, "interview.watch", interview=f"many-{index}")
        refusal = (await hear_until(socket, "command.rejected"))[-1]
        assert refusal["data"]["code"] == "too_many_watches"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "unauthenticated"),
        ({"Cookie": "viva_session=forged"}, "unauthenticated"),
        ({**COOKIE, "Origin": "https://elsewhere.example"}, "cross_site_request"),
        ({**COOKIE, "Origin": "http://["}, "cross_site_request"),
    ],
)
async def test_strangers_and_other_sites_are_turned_away(house: House, headers: dict[str, str], code: str) -> None:
    async with house.dial(headers=headers) as socket:
        refusal = await enter_as_hr(socket)
        assert (refusal["type"], refusal["data"]["code"]) == ("command.rejected", code)
        with pytest.raises(ConnectionClosed):
            await hear(socket)
        assert socket.close_code == 4001


async def test_the_own_page_may_connect(house: House) -> None:
    async with house.dial(headers={**COOKIE, "Origin": f"http://127.0.0.1:{house.port}"}) as socket:
        assert (await enter_as_hr(socket))["type"] == "session.welcomed"
