"""What is measured, and with which load generator. Each workload gives the operations of one round and how long they took;
the caller reads the clocks of the gateway around it."""
import json
import os
import re
import select
import subprocess
import time
from dataclasses import dataclass, field

from . import kernel, places, processes
from .processes import Refused

CLIENT_ENVIRONMENT = {"OPENSSL_CONF": str(places.CLIENT_CONFIGURATION)}


@dataclass
class Round:
    """What one round of one peer came to."""

    operations: int
    seconds: float
    processor: kernel.Processor
    bytes: int = 0
    failed: int = 0
    other: dict = field(default_factory=dict)

    @property
    def record(self):
        return {
            "operations": self.operations, "failed": self.failed, "seconds": round(self.seconds, 3),
            "per_second": round(self.operations / self.seconds, 1) if self.seconds else 0,
            "cpu_us": self.processor.total / self.operations * 1e6 if self.operations else None,
            "system_share": round(self.processor.system / max(1e-9, self.processor.user + self.processor.system), 3),
            **self.other,
        }


class LoadClient:
    """limpet-load, which says `ready`, waits for a line, and answers with JSON."""

    def __init__(self, bench, port, *words):
        if not places.LOAD.exists():
            raise Refused(f"no {places.LOAD}; bench/build --load makes it")
        self.bench = bench
        self.process = bench.start(
            [places.LOAD, words[0], "--address", f"127.0.0.1:{port}", *words[1:]], environment=CLIENT_ENVIRONMENT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ready(self, seconds=120):
        line = self.line(seconds)
        if line != "ready":
            raise Refused(f"limpet-load said '{line}'")

    def line(self, seconds):
        """The next line that it says; one that does not come in time, or at all, is refused."""
        readable, _, _ = select.select([self.process.stdout], [], [], seconds)
        text = self.process.stdout.readline().decode().strip() if readable else ""
        if not text:
            self.stop()
            raise Refused(f"limpet-load: {self.process.stderr.read().decode().strip() or 'no answer in time'}")
        return text

    def say(self, line=""):
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def answer(self, seconds=180):
        return json.loads(self.line(seconds))

    def measured(self, peer, seconds):
        """Lets it begin; its figures, and what the peer has taken of the processors meanwhile."""
        try:
            self.ready()
            before = kernel.Processor.of(peer.pid)
            self.say()
            figures = self.answer(seconds + 60)
            return figures, kernel.Processor.of(peer.pid) - before
        finally:
            self.stop()

    def stop(self):
        self.bench.end(self.process)


@dataclass
class Workload:
    """One row of the results."""

    name: str
    title: str
    unit: str = "request"
    # Workloads of one group take turns within each round, so that they compare with each other.
    group: str = ""
    # At most that many rounds.
    most_rounds: int = 1000

    def fits(self, peer):
        """Whether a peer can do it at all."""
        return True

    def warm(self, bench, peer):
        """Makes connections, pools and caches as they will be."""

    def measure(self, bench, peer, seconds):
        raise NotImplementedError


@dataclass
class Program(Workload):
    """Requests from a load generator that says at its end what it has done."""

    path: str = "/1k"
    connections: int = 64

    def command(self, peer, seconds):
        """The program and its words."""
        raise NotImplementedError

    def figures(self, output):
        """Requests that were answered, the seconds that they took, requests that failed; None if it tells no such thing."""
        raise NotImplementedError

    def warm(self, bench, peer):
        self._run(bench, peer, 1)

    def measure(self, bench, peer, seconds):
        before = kernel.Processor.of(peer.pid)
        operations, took, failed = self._run(bench, peer, seconds)
        return Round(operations, took, kernel.Processor.of(peer.pid) - before, failed=failed)

    def _run(self, bench, peer, seconds):
        command = self.command(peer, max(1, round(seconds)))
        process = bench.start(
            command, environment=CLIENT_ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        output, _ = process.communicate(timeout=seconds + 120)
        bench.end(process)
        figures = self.figures(output)
        if not figures or figures[0] == 0:
            raise Refused(f"{command[0]} got no answer from {peer.name}: {output.strip()[-300:]}")
        return figures


@dataclass
class Wrk(Program):
    """Keep-alive requests from wrk."""

    def command(self, peer, seconds):
        return ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "20s",
                f"https://127.0.0.1:{peer.port}{self.path}"]

    def figures(self, output):
        done = re.search(r"(\d+) requests in ([\d.]+)(m?s|m)", output)
        if not done:
            return None
        failed = sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout) (\d+)", output))
        if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", output):
            failed += int(bad[1])
        return int(done[1]), float(done[2]) * {"ms": 0.001, "s": 1, "m": 60}[done[3]], failed


@dataclass
class KeepAlive(Workload):
    """Keep-alive requests from limpet-load, over connections that are open before the clocks are read: wrk shakes hands in
    its measured time, which at 2,000 connections is most of it."""

    connections: int = 256

    def measure(self, bench, peer, seconds):
        client = LoadClient(
            bench, peer.port, "keep-alive", "--connections", str(self.connections), "--seconds", str(seconds))
        figures, processor = client.measured(peer, seconds)
        return Round(
            figures["requests"], figures["seconds"], processor, failed=figures["failed"],
            other={"fault": figures["lastFault"]} if figures["failed"] else {})


@dataclass
class H2load(Program):
    """HTTP/2 requests from h2load; for peers that agree on it."""

    streams: int = 8

    def fits(self, peer):
        return processes.speaks_http2(peer.port)

    def command(self, peer, seconds):
        return ["h2load", "-t1", f"-c{self.connections}", f"-m{self.streams}", f"-D{seconds}",
                f"https://127.0.0.1:{peer.port}{self.path}"]

    def figures(self, output):
        done = re.search(r"requests: \d+ total, \d+ started, \d+ done, (\d+) succeeded, (\d+) failed", output)
        took = re.search(r"finished in ([\d.]+)(ms|s|us)", output)
        if not done or not took:
            return None
        return int(done[1]), float(took[1]) * {"us": 1e-6, "ms": 0.001, "s": 1}[took[2]], int(done[2])


@dataclass
class Handshakes(Workload):
    """Connections with a handshake of one kind and one request, from limpet-load."""

    kind: str = "full13"
    clients: int = 16

    def measure(self, bench, peer, seconds):
        client = LoadClient(
            bench, peer.port, "handshakes", "--kind", self.kind, "--clients", str(self.clients), "--seconds",
            str(seconds))
        figures, processor = client.measured(peer, seconds)
        if figures["operations"] == 0:
            raise Refused(f"{peer.name} resumed nothing of the kind {self.kind}; {figures['lastFault']}")
        # Processor time is shared among all connections, but only those of the wanted kind count as operations.
        everything = figures["operations"] + figures["otherKind"]
        share = figures["operations"] / everything
        processor = kernel.Processor(processor.total * share, processor.user * share, processor.system * share)
        return Round(
            figures["operations"], figures["seconds"], processor, failed=figures["failed"],
            other={"of_kind": round(share, 4)})


@dataclass
class Latency(Workload):
    """Latencies at a fixed rate, counted from the moment when each request was due."""

    path: str = "/1k"
    connections: int = 64
    rate: int = 4000
    # Of 4000 requests a second for ten seconds, 40 are above the 99.9th percentile.
    duration: float = 10

    def measure(self, bench, peer, seconds):
        seconds = self.duration
        client = LoadClient(
            bench, peer.port, "latency", "--path", self.path, "--bytes", str(1024), "--connections",
            str(self.connections), "--rate", str(self.rate), "--seconds", str(seconds))
        figures, processor = client.measured(peer, seconds)
        percentiles = {key: round(figures[key], 1) for key in ("p50", "p90", "p99", "p999", "largest")}
        return Round(
            figures["requests"], figures["seconds"], processor, failed=figures["failed"], other=percentiles)


@dataclass
class Idle(Workload):
    """Memory for each idle connection, after one request on each; and whether all of them still answer."""

    connections: int = 10_000

    def measure(self, bench, peer, seconds):
        # Memory that earlier workloads and rounds have left behind would be taken for nothing.
        peer.restart()
        before = kernel.memory_kib(peer.pid)
        client = LoadClient(bench, peer.port, "idle", "--connections", str(self.connections))
        try:
            client.ready(300)
            held = kernel.memory_kib(peer.pid)
            idle_from = kernel.Processor.of(peer.pid)
            time.sleep(min(5, max(1, seconds)))
            processor = kernel.Processor.of(peer.pid) - idle_from
            client.say()
            figures = client.answer(300)
        finally:
            client.stop()
        count = max(1, figures["connections"])
        return Round(
            figures["connections"], min(5, max(1, seconds)), processor, failed=figures["failed"],
            other={
                "bytes_each": (held - before) * 1024 / count, "answered_again": figures["answeredAgain"],
                **({"fault": figures["lastFault"]} if figures["failed"] else {}),
            })


def all_workloads(idle=10_000, rate=4000, latency_seconds=10):
    """Every workload, in the order of the report."""
    kinds = [
        ("full13", "full handshake, TLS 1.3"), ("full12-ecdsa", "full handshake, TLS 1.2, ECDSA"),
        ("full12-rsa", "full handshake, TLS 1.2, RSA"), ("ticket13", "resumed, TLS 1.3 ticket"),
        ("ticket12", "resumed, TLS 1.2 ticket"), ("id12", "resumed, TLS 1.2 session ID"),
    ]
    return [
        Wrk("h1-1k-64", "HTTP/1.1, 1 KiB, 64 connections"),
        *(KeepAlive(f"h1-1k-{count}", f"HTTP/1.1, 1 KiB, {count:,} connections, open before", group="growth",
                    connections=count)
          for count in (16, 256, 2000)),
        Wrk("h1-16k-64", "HTTP/1.1, 16 KiB, 64 connections", path="/16k"),
        Wrk("h1-1m-16", "HTTP/1.1, 1 MiB, 16 connections", path="/1m", connections=16),
        H2load("h2-1k-64", "HTTP/2, 1 KiB, 64 connections of 8 streams"),
        H2load("h2-1k-16", "HTTP/2, 1 KiB, 16 connections of 32 streams", connections=16, streams=32),
        H2load("h2-1m-16", "HTTP/2, 1 MiB, 16 connections of 4 streams", path="/1m", connections=16, streams=4),
        *(Handshakes(name, title, unit="connection", kind=name) for name, title in kinds),
        Latency("latency", f"latency at {rate:,} requests a second, 1 KiB, 64 connections", most_rounds=3, rate=rate,
                duration=latency_seconds),
        Idle("idle", f"{idle:,} idle connections", unit="connection", most_rounds=3, connections=idle),
    ]
