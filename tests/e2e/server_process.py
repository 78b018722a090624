"""A real aynid on free ports and a temporary folder, for tests."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

READY_SECONDS_MAX = 30
STOP_SECONDS_MAX = 30


class ServerProcess:
    """Starts aynid, on any free port where none is given, and waits until it serves. Stop() drains it and returns its exit code."""

    def __init__(self, program, *settings, port=0):
        self.program = program
        self._folder = tempfile.TemporaryDirectory()
        self.data = pathlib.Path(self._folder.name) / "data"
        self.token_file = pathlib.Path(self._folder.name) / "administrator.token"
        self._log = open(pathlib.Path(self._folder.name) / "log", "w+b")
        address_file = pathlib.Path(self._folder.name) / "address"
        self._process = subprocess.Popen(
            [program, "--data", self.data, "--port", str(port), "--http-port", "0", "--metrics-port", "0", "--address-file", address_file,
             "--admin-token-file", self.token_file, *settings],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT)
        self._await(address_file)
        addresses = json.loads(address_file.read_text())
        self.address, self.metrics_address = addresses["grpc"], addresses["metrics"]
        self.http_address = addresses["http"]
        self.pages_address = addresses.get("pages")

    def _await(self, address_file):
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not address_file.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"aynid does not serve:\n{self.log()}")
            time.sleep(0.05)

    def administrator_token(self):
        return self.token_file.read_text().strip()

    def log(self):
        self._log.flush()
        return pathlib.Path(self._log.name).read_text() if os.path.exists(self._log.name) else ""

    @contextlib.contextmanager
    def paused(self):
        """While it neither takes nor answers anything."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def remove(self):
        """Stops it if it runs, and removes its folder."""
        self.stop()
        self._log.close()
        self._folder.cleanup()
