"""A network between a browser and the server that can stop letting UDP through, and begin again."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Route

from simulation.impairment.profiles import NetworkProfile
from simulation.impairment.proxy import ImpairmentProxy
from simulation.impairment.settings import BLOCKED, PERFECT, Impairment


class UdpFilter:
    """`stand_before` once; every WebRTC connection the page makes then goes through it."""

    def __init__(self) -> None:
        self._proxies: list[ImpairmentProxy] = []
        self._line = PERFECT

    async def stand_before(self, context: BrowserContext) -> None:
        await context.route("**/v1/whip", self._pass)

    def block(self) -> None:
        self._change(BLOCKED)

    def unblock(self) -> None:
        self._change(PERFECT)

    def close(self) -> None:
        for proxy in self._proxies:
            proxy.close()

    def _change(self, line: Impairment) -> None:
        self._line = line
        for proxy in self._proxies:
            proxy.change(up=line, down=line)

    async def _pass(self, route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        proxy = ImpairmentProxy(NetworkProfile("filtered"))
        self._proxies.append(proxy)
        offer = proxy.open(route.request.post_data or "")
        proxy.change(up=self._line, down=self._line)
        answer = await route.fetch(post_data=offer)
        await route.fulfill(response=answer, body=proxy.join(await answer.text()))
