"""A headless Chromium, driven by plain WebDriver calls. Screenshots go to the folder SCREENSHOTS of the environment."""
import base64
import http.client
import json
import os
import pathlib
import re
import struct
import subprocess
import threading
import time

SCREENSHOTS = pathlib.Path(os.environ["SCREENSHOTS"])
WAIT_SECONDS = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key by which WebDriver names an element


class Driver:
    """chromedriver on a port of its own choice."""

    def __init__(self):
        self.process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.port = None
        while self.port is None:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("chromedriver did not start")
            found = re.search(r"on port ([1-9]\d*)", line)
            self.port = int(found.group(1)) if found else None
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        connection.request(method, path, None if body is None else json.dumps(body))
        value = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(value, dict) and "error" in value:
            raise RuntimeError(f"{path}: {value['error']}: {value['message']}")
        return value

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Browser:
    """A Chromium with a profile of its own, and no scripts unless they are asked for."""

    def __init__(self, driver, profile, scripts=False):
        self.driver = driver
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--disable-dev-shm-usage", f"--user-data-dir={profile}"]
        preferences = {} if scripts else {"profile.managed_default_content_settings.javascript": 2}
        options = {"args": arguments, "prefs": preferences, "perfLoggingPrefs": {"enableNetwork": True}}
        wanted = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options,
                                                   "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}}}
        self.session = f"/session/{driver.call('POST', '/session', wanted)['sessionId']}"

    def call(self, method, path, body=None):
        return self.driver.call(method, self.session + path, body)

    def go(self, url):
        self.call("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.call("GET", "/url")

    @property
    def source(self):
        return self.call("GET", "/source")

    def find(self, selector):
        return "/element/" + self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def count(self, selector):
        return len(self.call("POST", "/elements", {"using": "css selector", "value": selector}))

    def text(self, selector):
        return self.call("GET", self.find(selector) + "/text")

    def computed(self, selector, what):
        return self.call("GET", self.find(selector) + "/" + what)

    def type(self, selector, text):
        self.call("POST", self.find(selector) + "/value", {"text": text})

    def press(self, keys):
        """Types where the focus is."""
        down_and_up = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": down_and_up}]})

    @property
    def focus(self):
        """The label of what has the focus."""
        element = self.call("GET", "/element/active")[ELEMENT]
        return self.call("GET", f"/element/{element}/computedlabel")

    def toggle(self, selector):
        """Clicks on what leads to no other page."""
        self.call("POST", self.find(selector) + "/click", {})

    def click(self, selector):
        self.await_page(lambda: self.call("POST", self.find(selector) + "/click", {}))

    def await_page(self, act):
        """Returns when another page has come: each has a root of its own."""
        root = self.find("html")
        act()
        deadline = time.monotonic() + WAIT_SECONDS
        while self.root_or(root) == root:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nothing came after {self.url}")

    def root_or(self, root):
        """The page's root; while one page makes way for another, the one before."""
        try:
            return self.find("html")
        except RuntimeError:
            return root

    def cookies(self):
        return {cookie["name"]: cookie for cookie in self.call("GET", "/cookie")}

    def execute(self, command, parameters):
        """A command of the DevTools protocol."""
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def narrow(self, width):
        """The size of the page itself, as on a phone."""
        self.execute("Emulation.setDeviceMetricsOverride",
                     {"width": width, "height": 640, "deviceScaleFactor": 1, "mobile": True})

    def darken(self):
        """As on a device that prefers dark colours."""
        self.execute("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    def content_width(self):
        return self.execute("Page.getLayoutMetrics", {})["cssContentSize"]["width"]

    def screenshot(self, name):
        picture = base64.b64decode(self.call("GET", "/screenshot"))
        (SCREENSHOTS / f"{name}.png").write_bytes(picture)
        return struct.unpack(">I", picture[16:20])[0]

    def evaluate(self, script):
        return self.call("POST", "/execute/sync", {"script": script, "args": []})

    def log(self, kind):
        """The messages since the last call: of the browser's console, or of its network."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": kind})]

    def requests(self):
        """The URLs that pages asked for since the last call; the browser's own pages do not count."""
        messages = [json.loads(entry)["message"] for entry in self.log("performance")]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"
                and not message["params"]["documentURL"].startswith(("chrome://", "chrome-untrusted://"))]

    def forget(self):
        """As a new one: no page, no cookie, nothing in the cache or the logs, the screen as it was."""
        self.go("about:blank")
        for command, parameters in [("Network.clearBrowserCookies", {}), ("Network.clearBrowserCache", {}),
                                    ("Emulation.clearDeviceMetricsOverride", {}),
                                    ("Emulation.setEmulatedMedia", {"features": []})]:
            self.execute(command, parameters)
        self.log("performance")
        self.log("browser")

    def close(self):
        self.call("DELETE", "")


def contrast(one, other):
    """Of two colours, as WCAG 2 reckons it."""
    def luminance(colour):
        parts = [c / 255 for c in colour]
        red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)
