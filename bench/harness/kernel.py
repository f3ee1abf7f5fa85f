"""What the kernel accounts for (proc(5)): processor time and memory of whole process trees, and how busy the machine is."""
import os
import pathlib
import re
import subprocess
from dataclasses import dataclass

TICK = os.sysconf("SC_CLK_TCK")


def descendants(pid):
    """The process and all its children, grandchildren and so on."""
    found = [pid]
    try:
        tasks = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
    except FileNotFoundError:
        return []
    for task in tasks:
        try:
            children = (task / "children").read_text().split()
        except FileNotFoundError:
            continue
        for child in children:
            found += descendants(int(child))
    return found


@dataclass
class Processor:
    """Processor time in seconds: the total from the scheduler's nanoseconds, user and system from the clock's ticks."""

    total: float = 0.0
    user: float = 0.0
    system: float = 0.0

    @classmethod
    def of(cls, pid):
        sum_ = cls()
        for member in descendants(pid):
            try:
                # The program's name stands in parentheses and may hold anything; what follows are numbers.
                fields = pathlib.Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
                sum_.user += int(fields[11]) / TICK
                sum_.system += int(fields[12]) / TICK
                for task in pathlib.Path(f"/proc/{member}/task").iterdir():
                    sum_.total += int((task / "schedstat").read_text().split()[0]) / 1e9
            except FileNotFoundError:
                continue
        return sum_

    def __sub__(self, before):
        return Processor(self.total - before.total, self.user - before.user, self.system - before.system)


def _status_kib(pid, path, name):
    total = 0
    for member in descendants(pid):
        try:
            found = re.search(rf"^{name}:\s+(\d+)", pathlib.Path(f"/proc/{member}/{path}").read_text(), re.M)
        except FileNotFoundError:
            continue
        total += int(found.group(1)) if found else 0
    return total


def memory_kib(pid):
    """Memory of the whole tree, pages that several processes share counted once (Pss)."""
    return _status_kib(pid, "smaps_rollup", "Pss")


def peak_memory_kib(pid):
    """The sum of what each process of the tree has held at most (VmHWM), since `forget_peak`."""
    return _status_kib(pid, "status", "VmHWM")


def forget_peak(pid):
    """Lets the peak begin anew."""
    for member in descendants(pid):
        try:
            pathlib.Path(f"/proc/{member}/clear_refs").write_text("5")
        except OSError:
            pass


@dataclass
class Machine:
    """Time of all processors since boot in ticks, and the share that others took meanwhile."""

    busy: int
    stolen: int
    whole: int

    @classmethod
    def now(cls):
        fields = [int(word) for word in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        idle, stolen = fields[3] + fields[4], fields[7]
        return cls(busy=sum(fields) - idle, stolen=stolen, whole=sum(fields))

    def stolen_share_since(self, before):
        whole = self.whole - before.whole
        return (self.stolen - before.stolen) / whole if whole else 0.0


def commit(root):
    """Which commit a tree is at, and whether files differ from it (what benchmarks write is not counted); None if unknown."""
    def said(*words):
        return subprocess.run(["git", "-C", root, *words], capture_output=True, text=True, timeout=60, check=True).stdout

    try:
        head = said("rev-parse", "HEAD").strip()
        changed = said("status", "--porcelain", "--", ".", ":!bench/results", ":!README.md")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"hash": head, "is_changed": bool(changed.strip())}


def machine_facts():
    """What a reader needs to know about the machine."""
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.*)$", text, re.M)
    memory = re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M)
    return {
        "processor": model.group(1).strip() if model else os.uname().machine,
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory.group(1)) / (1 << 20), 1) if memory else None,
        "kernel": os.uname().release.split("-")[0],
    }
