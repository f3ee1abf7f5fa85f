"""What bench/stickiness drives: services that name themselves, and gateways with what all of them have in common."""
import os
import time

from . import peers, places, processes
from .processes import Refused

# How long a gateway may take to act on what it was told, in seconds.
SETTLED = 1.5


class Service:
    """A platform service that names itself."""

    def __init__(self, bench, identity):
        self.bench, self.identity = bench, identity
        self.port = processes.free_port()
        self.state = "ready"
        self.start()

    def start(self):
        self.process = self.bench.start(
            [places.LIMPET, "demo-service", "--listen", f"127.0.0.1:{self.port}", "--identity", self.identity],
            log="services.log")
        processes.wait_until(lambda: processes.accepts(self.port), 10, self.identity, self.process)

    @property
    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.bench.end(self.process)


class Gateway:
    """What all gateways have in common. A gateway lives for one kind of resumption."""

    name = title = template = None
    # The disturbances that it is tried with; None for all.
    disturbances = None

    def __init__(self, bench, kind, services):
        self.bench, self.kind, self.services = bench, kind, services
        self.port = processes.free_port()
        self.configuration = bench.directory / f"sticky-{self.port}-{self.template}"
        self.log = f"sticky-{self.name}-{self.port}.log"
        self.start()

    def values(self):
        """What the template needs."""
        current = self.bench.directory / "current"
        return {
            "PORT": self.port, "DIR": self.bench.directory, "CERTIFICATE": current / "server.pem",
            "KEY": current / "server.key", "INSTANCES": "\n".join(self.line(each) for each in self.services),
            "WORKERS": 2,
        }

    def line(self, service):
        raise NotImplementedError

    def write(self):
        self.configuration.write_text(
            processes.rendered(places.PEERS / "stickiness" / self.template, self.values()))

    def command(self, program):
        return peers.command(self.name, program, self.configuration, self.values())

    def start(self):
        program = peers.installed(self.name)
        if program is None:
            raise Refused("not installed")
        self.write()
        self.process = self.bench.start(self.command(program), log=self.log)
        self.bench.wait_until_serves(self.process, self.title, self.port, "/", self.log)
        self.settle()

    def settle(self):
        """Waits until it sends to all services, where that takes a while."""

    def reach_all(self):
        """Comes as a new client again and again until each service has answered once; for gateways that give new clients
        to the services in turns."""
        missing = {each.identity for each in self.services if each.is_alive and each.state == "ready"}

        def reached():
            missing.discard(processes.served_by(self.port))
            return not missing

        processes.wait_until(reached, 10, f"{self.title} reaches all services", self.process)

    def stop(self):
        self.bench.end(self.process)

    def restart(self):
        self.stop()
        processes.wait_until(lambda: not processes.accepts(self.port), 10, f"{self.title} does not end")
        self.start()

    def reload(self):
        """Takes a new configuration without an end; refused where there is no such thing."""
        raise Refused("no reload of its configuration")

    def renew(self):
        """Takes certificates that have changed."""
        self.reload()

    def add(self, service):
        """Takes a service that has come; it is in `services` already."""
        self.reload()

    def rotate_keys(self):
        raise Refused("no way to rotate ticket keys in this set-up")

    def drain(self, service):
        raise Refused("no draining in this set-up")

    def signalled(self, number):
        self.write()
        os.kill(self.process.pid, number)
        time.sleep(SETTLED)
