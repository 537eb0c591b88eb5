# SPDX-License-Identifier: ISC
# browser.py - headless Chromium in a space, through chromedriver
"""
A Browser sees what a person would who sits at a node.  Its profile and its
pictures are in the lab's folder.
"""
import os
import shutil


CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    webdriver = None


def missing():
    """Why there is no browser here, or None."""
    if not (CHROMIUM and DRIVER):
        return "chromium and chromium-driver are not installed"
    return None if webdriver else "python3-selenium is not installed"


class Browser:
    def __init__(self, space, folder):
        """chromedriver and all that it starts live in the space."""
        self.folder = folder
        profile = os.path.join(folder, "profile")
        os.makedirs(profile, exist_ok=True)
        wrapper = os.path.join(folder, "chromium")
        with open(wrapper, "w") as file:
            file.write(f"#!/bin/sh\nexec ip netns exec {space.id} "
                       f"{CHROMIUM} \"$@\"\n")
        os.chmod(wrapper, 0o755)
        options = webdriver.ChromeOptions()
        options.binary_location = wrapper
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync",
                     "--remote-debugging-pipe",
                     f"--user-data-dir={profile}"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER),
                                       options=options)

    def tell(self, command, **words):
        return self.driver.execute_cdp_cmd(command, words)

    def theme(self, name):
        self.tell("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": name}])

    def width(self, width, height=900):
        self.tell("Emulation.setDeviceMetricsOverride", width=width,
                  height=height, deviceScaleFactor=1, mobile=width < 600)

    def run(self, script, *words):
        return self.driver.execute_script(script, *words)

    def text(self, selector):
        return self.run("const e = document.querySelector(arguments[0]);"
                        "return e ? e.textContent : null;", selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])]"
                        ".map((e) => e.textContent);", selector)

    def complaints(self):
        """What the browser said in its console since the last time."""
        return [row["message"] for row in self.driver.get_log("browser")]

    def picture(self, name):
        """The whole page, however long it is."""
        import base64
        path = os.path.join(self.folder, name)
        got = self.tell("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(got["data"]))
        return path

    def stop(self):
        self.driver.quit()
