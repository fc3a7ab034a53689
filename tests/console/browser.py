"""A real Chromium without a window, driven over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).

That is one WebSocket, and what the page needs of it is little: no further package is installed for it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.servers.process import ServerError, ServerProcess, server_directory

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PATIENCE_SECONDS = 60.0
_LARGEST_MESSAGE = 64 * 1024 * 1024
_OPTIONS = (
    *("--headless=new", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check", "--disable-gpu"),
    *("--disable-extensions", "--disable-sync", "--disable-background-networking", "--disable-component-update"),
    *("--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--lang=en", "--force-color-profile=srgb"),
    # A process for each page would cost more than all that the pages do.
    "--process-per-site",
    # Its sandbox does not work for root, nor in most containers. It sees pages of this test alone.
    "--no-sandbox",
)
_KEYS = {
    "Tab": (9, ""),
    "Enter": (13, "\r"),
    "Escape": (27, ""),
    " ": (32, " "),
    "End": (35, ""),
    "Home": (36, ""),
    "ArrowLeft": (37, ""),
    "ArrowUp": (38, ""),
    "ArrowRight": (39, ""),
    "ArrowDown": (40, ""),
}
Json = dict[str, Any]


def program() -> str | None:
    """The browser that is installed here, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextlib.contextmanager
def run_browser() -> Iterator[str]:
    """Start a browser, and give the address of its protocol."""
    found = program()
    if found is None:
        raise ServerError("no Chromium: apt-get install chromium")
    with server_directory("browser") as home:
        places = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
        command = (found, *_OPTIONS, f"--user-data-dir={home / 'profile'}", "about:blank")
        process = ServerProcess(command, home / "browser.log", env=places)
        process.start()
        ready = home / "profile" / "DevToolsActivePort"
        try:
            process.wait_ready(lambda: ready.exists() and ready.read_text().count("\n") > 0, PATIENCE_SECONDS)
            port, path = ready.read_text().split()
            yield f"ws://127.0.0.1:{port}{path}"
        finally:
            process.stop()


@dataclass(eq=False)
class Page:
    """One page.

    Attributes:
        complaints: errors of scripts, of the policy and of what was loaded, in words.
        requests: the URLs that it has asked for.
        bodies: what it has sent with them.
    """

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _waiting: dict[int, asyncio.Future[Json]] = field(default_factory=dict)

    async def listen(self) -> None:
        """Read what the browser says, until it says no more."""
        async for message in self.socket:
            said = json.loads(message.data)
            if "id" in said:
                self._waiting.pop(said["id"]).set_result(said)
            else:
                self._note(said["method"], said.get("params", {}))

    def _note(self, method: str, found: Json) -> None:
        if method == "Runtime.exceptionThrown":
            details = found["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and found["entry"]["level"] == "error":
            self.complaints.append(f"{found['entry']['text']} {found['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(found["request"]["url"])
            self.bodies += [body] if (body := found["request"].get("postData")) else []

    async def command(self, method: str, **parameters: object) -> Json:
        """Send a command; raises AssertionError with the browser's words where it fails."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        await self.socket.send_json({**message, "sessionId": self.session} if self.session else message)
        said = await asyncio.wait_for(self._waiting[number], PATIENCE_SECONDS)
        assert "error" not in said, f"{method}: {said['error']}"
        result: Json = said["result"]
        return result

    async def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = await self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]["exception"].get("description")
        return found["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait for an expression to be true; raises AssertionError with what the page shows then."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not await self.run(f"Boolean({script})"):
            if asyncio.get_running_loop().time() > deadline:
                shown = await self.run("document.body.innerText")
                raise AssertionError(f"never true: {script}\nThe page shows:\n{shown}\nComplaints: {self.complaints}")
            await asyncio.sleep(0.02)

    async def shows(self, *texts: str, inside: str = "body") -> None:
        """Wait until all of these texts can be read there."""
        for text in texts:
            await self.until(
                f"(document.querySelector({json.dumps(inside)})?.innerText ?? '').includes({json.dumps(text)})"
            )

    async def go(self, url: str) -> None:
        """Open an address."""
        await self.command("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def click(self, selector: str) -> None:
        """Click in the middle of an element, once it is there; what covers it takes the click."""
        place = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{place}?.getClientRects().length")
        found = await self.run(
            f"(() => {{ const one = {place}; one.scrollIntoView({{block: 'center'}});"
            " const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.command(
                "Input.dispatchMouseEvent", type=kind, x=found[0], y=found[1], button="left", clickCount=1
            )

    async def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key on the keyboard."""
        code, text = _KEYS[key]
        event = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code}
        modifiers = 8 if shift else 0
        kind = "keyDown" if text else "rawKeyDown"
        await self.command("Input.dispatchKeyEvent", type=kind, modifiers=modifiers, text=text, **event)
        await self.command("Input.dispatchKeyEvent", type="keyUp", modifiers=modifiers, **event)

    async def type(self, text: str) -> None:
        """Type where the focus is, in place of what is selected."""
        await self.command("Input.insertText", text=text)

    async def enter(self, selector: str, text: str) -> None:
        """Type into a field, in place of what it holds."""
        await self.click(selector)
        await self.run(f"document.querySelector({json.dumps(selector)}).select()")
        await self.type(text)

    async def choose(self, selector: str, value: str) -> None:
        """Choose of a list, once it is there; its pop-up is no part of the page."""
        await self.until(f"document.querySelector({json.dumps(selector)})")
        await self.run(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)}); one.value = {json.dumps(value)};"
            " one.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    async def focused(self) -> str:
        """What has the focus: its text, label or id."""
        return str(
            await self.run(
                "(() => { const one = document.activeElement;"
                " return one.getAttribute('aria-label') || one.innerText || one.id || one.tagName; })()"
            )
        )

    async def looks(self, *, dark: bool = False, width: int = 1280, height: int = 900, calm: bool = False) -> None:
        """Give the page a size and a colour scheme."""
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ]
        await self.command("Emulation.setEmulatedMedia", features=features)

    async def offline(self, is_offline: bool) -> None:
        """Take the network from the page, or give it back."""
        await self.command(
            "Network.emulateNetworkConditions",
            offline=is_offline,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    async def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Write what is seen, or the whole page, as PNG."""
        found = await self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))


@contextlib.asynccontextmanager
async def open_page(address: str) -> AsyncIterator[Page]:
    """A page in a tab of its own: what the others keep for their session it does not see."""
    async with aiohttp.ClientSession() as client, client.ws_connect(address, max_msg_size=_LARGEST_MESSAGE) as socket:
        page = Page(socket)
        listening = asyncio.create_task(page.listen())
        try:
            made = await page.command("Target.createTarget", url="about:blank")
            attached = await page.command("Target.attachToTarget", targetId=made["targetId"], flatten=True)
            page.session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                await page.command(f"{domain}.enable")
            await page.looks()
            yield page
            page.session = ""
            await page.command("Target.closeTarget", targetId=made["targetId"])
        finally:
            listening.cancel()
