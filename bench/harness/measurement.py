"""Measures workloads, round by round, with the peers taking turns."""
import itertools
import sys
import time

from . import kernel, peers, workloads
from .processes import Refused

# Descriptors of a process beside those of its connections.
SPARE_DESCRIPTORS = 1000


class Run:
    """One run: its options, what it has measured, and the line that shows how far it is."""

    def __init__(self, options):
        self.options = options
        self.figures = {}
        self.left_out = []
        self.memory = []
        self.began = time.monotonic()
        self.steps = self.step = 0

    def progress(self, words):
        share = self.step / self.steps if self.steps else 0
        line = f"[{share:4.0%}, {time.monotonic() - self.began:5.0f} s] {words}"
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def leave_out(self, peer, workload, why):
        self.left_out.append({"peer": peer, "workload": workload, "why": why.splitlines()[0]})
        self.progress(f"{peer}, {workload}: left out: {why.splitlines()[0]}")
        if sys.stderr.isatty():
            print(file=sys.stderr)

    def measure(self, bench, plan, names):
        """All of a plan: a list of numbers of workers with their workloads and rounds."""
        for _, chosen, _ in plan:
            refuse_without_descriptors(bench, chosen)
        values = peers.prepare(bench, self.options.idle)
        self.steps = sum(rounds_of(each, rounds) * len(names) for _, chosen, rounds in plan for each in chosen)
        for workers, chosen, rounds in plan:
            self._measure_with(bench, values, workers, chosen, rounds, names)

    def _measure_with(self, bench, values, workers, chosen, rounds, names):
        """All workloads with one number of workers."""
        running = []
        for name in names:
            try:
                peer = peers.Peer(bench, name, values, workers)
                peer.wait()
                running.append(peer)
                self.memory.append({"peer": name, "workers": workers, "started_kib": kernel.memory_kib(peer.pid)})
            except Refused as refusal:
                self.leave_out(name, "all", str(refusal))
        try:
            for group in groups(chosen):
                self._measure_group(bench, group, workers, min(rounds_of(each, rounds) for each in group), running)
        finally:
            for peer in running:
                peer.stop()

    def _measure_group(self, bench, group, workers, rounds, running):
        """Workloads that take turns within each round of each peer; most are alone in their group."""
        pairs = [(peer, workload) for peer in running for workload in group]
        taking_part = [pair for pair in pairs if self._is_warm(bench, *pair)]
        self.step += rounds * (len(pairs) - len(taking_part))
        for turn in range(rounds):
            # Who comes first differs from round to round.
            shift = turn % max(1, len(running))
            for peer, workload in itertools.product(running[shift:] + running[:shift], group):
                if (peer, workload) not in taking_part:
                    continue
                self.progress(f"{workload.title}, {workers} worker(s), round {turn + 1} of {rounds}: {peer.name}")
                key = (workload.name, workers, peer.name)
                try:
                    self.figures.setdefault(key, []).append(self._measure_round(bench, peer, workload))
                except Refused as refusal:
                    self.leave_out(peer.name, workload.name, str(refusal))
                    taking_part.remove((peer, workload))
                    self.figures.pop(key, None)
                finally:
                    self.step += 1

    def _is_warm(self, bench, peer, workload):
        if not workload.fits(peer):
            self.leave_out(peer.name, workload.name, "not offered")
            return False
        try:
            workload.warm(bench, peer)
            return True
        except Refused as refusal:
            self.leave_out(peer.name, workload.name, str(refusal))
            return False

    def _measure_round(self, bench, peer, workload):
        kernel.forget_peak(peer.pid)
        record = workload.measure(bench, peer, self.options.seconds).record
        record["peak_mib"] = round(kernel.peak_memory_kib(peer.pid) / 1024, 1)
        return record


def groups(chosen):
    """Workloads that stand together and are of one group, together; all others alone."""
    found = []
    for workload in chosen:
        if found and workload.group and found[-1][0].group == workload.group:
            found[-1].append(workload)
        else:
            found.append([workload])
    return found


def rounds_of(workload, wanted):
    return min(wanted, workload.most_rounds)


def refuse_without_descriptors(bench, chosen):
    """Refuses to begin what is known to fail for want of descriptors, instead of finding out half an hour later."""
    for workload in chosen:
        if isinstance(workload, workloads.Idle) and bench.descriptors < workload.connections + SPARE_DESCRIPTORS:
            raise Refused(
                f"{workload.connections:,} idle connections want {workload.connections + SPARE_DESCRIPTORS:,} descriptors and "
                f"the system allows {bench.descriptors:,} (ulimit -n); --idle takes fewer connections")
