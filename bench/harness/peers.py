"""The gateways that are measured: how each is configured, started and known to serve."""
import re
import shutil
import subprocess

from . import certificates, places, processes
from .processes import Refused

NAMES = ("limpet", "haproxy", "nginx", "nghttpx", "envoy", "floor")


def installed(name):
    """The program of a peer; None if it is not there."""
    match name:
        case "limpet":
            return places.LIMPET if places.LIMPET.exists() else None
        case "floor":
            return places.FLOOR if places.FLOOR.exists() else None
        case "envoy":
            return places.envoy()
        case "nginx" | "haproxy":
            return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    return shutil.which(name)


def version(name):
    """What a peer calls itself."""
    program = installed(name)
    options = {"limpet": ["version"], "floor": None, "nginx": ["-v"], "haproxy": ["-v"]}.get(name, ["--version"])
    if program is None or options is None:
        return None
    said = subprocess.run([program, *options], capture_output=True, text=True, timeout=20)
    lines = (said.stdout + said.stderr).strip().splitlines()
    text = lines[0] if lines else ""
    if name == "envoy" and (found := re.search(r"/(\d+\.\d+\.\d+)/", text)):
        return found.group(1)
    return text


def prepare(bench, connections):
    """The values that the templates need and all peers share, for that many connections at the same time: certificates and
    keys, HAProxy's files that hold both, the service, and who collects HAProxy's log."""
    made = certificates.make(bench.directory / "certificates")
    for kind, pair in made.items():
        (bench.directory / f"bundle.pem.{kind}").write_text("".join(path.read_text() for path in pair))
    return {
        "DIR": bench.directory, "CONNECTIONS": connections + 2000,
        "CERTIFICATE": made["ecdsa"][0], "KEY": made["ecdsa"][1],
        "RSA_CERTIFICATE": made["rsa"][0], "RSA_KEY": made["rsa"][1],
        "SERVICE": Service(bench).port, "LOG_PORT": bench.log_collector(),
    }


class Peer:
    """A gateway that runs, with a number of workers."""

    def __init__(self, bench, name, values, workers):
        self.bench, self.name, self.values, self.workers = bench, name, values, workers
        self.log = f"{name}-{workers}.log"
        self.start()

    def start(self):
        """Starts it at a port of its own."""
        self.port = processes.free_port()
        values = dict(self.values, PORT=self.port, WORKERS=self.workers)
        self.process = self.bench.start(self._command(values), log=self.log)

    @property
    def pid(self):
        return self.process.pid

    def wait(self):
        """Waits until it serves."""
        self.bench.wait_until_serves(self.process, self.name, self.port, "/1k", self.log)

    def stop(self):
        self.bench.end(self.process)

    def restart(self):
        """Starts it afresh: what it has kept so far is forgotten."""
        self.stop()
        self.start()
        self.wait()

    def _command(self, values):
        program = installed(self.name)
        if program is None:
            raise Refused(f"{self.name} is not installed; bench/install brings it")
        return command(self.name, program, self._configuration(values), values)

    def _configuration(self, values):
        templates = {
            "limpet": "limpet.yaml", "haproxy": "haproxy.cfg", "nginx": "nginx.conf", "nghttpx": "nghttpx.conf",
            "envoy": "envoy.yaml",
        }
        if self.name not in templates:
            return None
        path = self.bench.directory / f"{self.port}-{templates[self.name]}"
        path.write_text(processes.rendered(places.PEERS / templates[self.name], values))
        return path


def command(name, program, configuration, values):
    """How a peer is started with its configuration, in the foreground."""
    match name:
        case "limpet":
            return [program, "run", "-c", configuration]
        case "haproxy":
            return [program, "-db", "-f", configuration]
        case "nginx":
            return [program, "-c", configuration]
        case "nghttpx":
            return [program, f"--conf={configuration}"]
        case "envoy":
            return [
                program, "-c", configuration, "--concurrency", values["WORKERS"], "--disable-hot-restart",
                "--log-level", "warning"]
        case "floor":
            return [
                program, values["PORT"], values["SERVICE"], values["WORKERS"], values["CERTIFICATE"], values["KEY"],
                values["RSA_CERTIFICATE"], values["RSA_KEY"]]
    raise Refused(f"no peer is called {name}")


class Service:
    """The platform service behind all of them: nginx with static answers of known bytes."""

    SIZES = {"/1k": 1 << 10, "/16k": 16 << 10, "/1m": 1 << 20}

    def __init__(self, bench):
        folder = bench.directory / "www"
        folder.mkdir()
        for path, size in self.SIZES.items():
            # What limpet-load expects: byte i is (31 i + 7) modulo 256.
            (folder / path[1:]).write_bytes(bytes((31 * index + 7) & 0xFF for index in range(size)))
        self.port = processes.free_port()
        configuration = bench.directory / "service.conf"
        configuration.write_text(
            processes.rendered(places.PEERS / "service.conf", {"DIR": bench.directory, "SERVICE": self.port}))
        program = installed("nginx")
        if program is None:
            raise Refused("nginx is not installed; bench/install brings it")
        self.process = bench.start([program, "-c", configuration], log="service.log")
        processes.wait_until(lambda: processes.accepts(self.port), 10, "the service", self.process)
