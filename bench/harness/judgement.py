"""Compares what was measured with bench/thresholds.json."""
import json
import statistics

from . import figures, places

THRESHOLDS = places.BENCH / "thresholds.json"
BEST = "best"


def load():
    return json.loads(THRESHOLDS.read_text())


def metric(workload):
    """Which figure of a round counts: memory for idle connections, processor time for all else."""
    return "bytes_each" if workload == "idle" else "cpu_us"


def values(results, workload, peer, workers):
    """One figure a round; empty if it was not measured."""
    for entry in results["figures"]:
        if (entry["workload"], entry["peer"], entry["workers"]) == (workload, peer, workers):
            return [each[metric(workload)] for each in entry["rounds"] if each.get(metric(workload))]
    return []


def best_peer(results, workload, workers):
    """The peer (no peer of ours) with the lowest median."""
    found = {
        entry["peer"]: statistics.median(values(results, workload, entry["peer"], workers))
        for entry in results["figures"]
        if entry["workload"] == workload and entry["workers"] == workers and entry["peer"] not in ("limpet", "floor")
        and values(results, workload, entry["peer"], workers)
    }
    return min(found, key=found.get) if found else None


def _pairs(results, thresholds, workers):
    """Each entry with the peer that it speaks of (None for none), its name, and its ratio (None if it was not measured)."""
    for entry in thresholds["ratios"]:
        peer = best_peer(results, entry["workload"], workers) if entry["peer"] == BEST else entry["peer"]
        yield entry, f"{entry['workload']} / {peer or BEST}", figures.paired_ratio(
            values(results, entry["workload"], "limpet", workers), values(results, entry["workload"], peer, workers))
    for entry in thresholds["growth"]:
        yield entry, f"{entry['to']} / {entry['from']}", figures.paired_ratio(
            values(results, entry["to"], "limpet", workers), values(results, entry["from"], "limpet", workers))


def judge(results, thresholds, workers=1, only_gross=False):
    """A list of verdicts, one for each ratio that was measured: with `holds` for the target and `fails` for a
    regression."""
    return [
        _verdict(entry, name, pair, thresholds, only_gross)
        for entry, name, pair in _pairs(results, thresholds, workers) if pair is not None
    ]


def gaps(results, thresholds, workers=1):
    """What should have been measured and was not, in sentences: a gateway that fails outright has no figure that could be a
    regression. Speaks of the workloads that were chosen and the peers that were asked for."""
    said = [
        f"limpet was left out of {each['workload']}: {each['why']}"
        for each in results["left_out"] if each["peer"] == "limpet"
    ]
    chosen, asked = {each["name"] for each in results["workloads"]}, set(results["peers"])
    rivals = asked - {"limpet", "floor"}
    for entry, name, pair in _pairs(results, thresholds, workers):
        needed = {entry["workload"]} if "workload" in entry else {entry["from"], entry["to"]}
        peer_is_asked = "peer" not in entry or entry["peer"] in asked or (entry["peer"] == BEST and bool(rivals))
        if pair is None and needed <= chosen and "limpet" in asked and peer_is_asked:
            said.append(f"there is no figure for {name}")
    return said


def _verdict(entry, name, pair, thresholds, only_gross):
    accepted = entry["accepted"]
    if accepted is None or only_gross:
        limit = (accepted or entry["target"]) * thresholds["gross"]
    else:
        limit = accepted * (1 + thresholds["tolerance"])
    # Noise speaks for the accused: the lower end of the interval counts.
    return {
        "name": name, **pair, "target": entry["target"], "accepted": accepted, "limit": limit,
        "holds": pair["ratio"] <= entry["target"], "fails": pair["low"] > limit,
    }


def accept(results, thresholds):
    """Writes the ratios of a run into the file, as what is expected from now on."""
    for entry, _, pair in _pairs(results, thresholds, 1):
        if pair is not None:
            entry["accepted"] = round(pair["ratio"], 3)
    lines = json.dumps(thresholds, indent=2).splitlines()
    THRESHOLDS.write_text(_compact(lines) + "\n")


def _compact(lines):
    """Puts each entry of a list on one line."""
    out, inner = [], None
    for line in lines:
        if line == "    {":
            inner = []
        elif inner is not None and line.startswith("    }"):
            out.append("    { " + " ".join(inner) + " }" + line.strip()[1:])
            inner = None
        elif inner is not None:
            inner.append(line.strip())
        else:
            out.append(line)
    return "\n".join(out)
