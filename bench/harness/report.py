"""Writes results as JSON, Markdown and SVG."""
import json
import re

from . import figures, peers, plots, readme

FEW, GROWN = "h1-1k-16", ("h1-1k-256", "h1-1k-2000")

NOTE = """Figures of different runs or machines do not compare; ratios within one run do. Each round measures all peers one
after the other, and who is first changes; the median of the rounds counts, and ± is the median distance from it. What
looks like a difference within twice that distance is none."""


def values_of(results, workload, peer, workers, key):
    for entry in results["figures"]:
        if (entry["workload"], entry["peer"], entry["workers"]) == (workload, peer, workers):
            return [each[key] for each in entry["rounds"] if each.get(key) is not None]
    return []


def _counts(results):
    return sorted({entry["workers"] for entry in results["figures"]})


def _names(results):
    present = {entry["peer"] for entry in results["figures"]}
    return [name for name in peers.NAMES if name in present]


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def _cell(values, digits=1):
    if not values:
        return "-"
    made = figures.summary(values)
    spread = f" ±{made['spread']:.0%}" if made["rounds"] > 1 else ""
    return f"{made['median']:,.{digits}f}{spread}"


def _processor_tables(results):
    names, lines = _names(results), []
    for workers in _counts(results):
        lines += [f"## Processor time for an operation, in µs, {workers} worker{'s' if workers > 1 else ''}", ""]
        rows = []
        for workload in results["workloads"]:
            if workload["name"] in ("idle", "latency"):
                continue
            cells = [_cell(values_of(results, workload["name"], name, workers, "cpu_us")) for name in names]
            if any(cell != "-" for cell in cells):
                rows.append([workload["title"], *cells])
        lines += _table(["workload", *names], rows) if rows else ["Not measured.", ""]
    return lines


def _rates(results):
    names, lines = _names(results), []
    for workers in _counts(results):
        rows = []
        for workload in results["workloads"]:
            if workload["name"] in ("idle", "latency"):
                continue
            cells = [_cell(values_of(results, workload["name"], name, workers, "per_second"), 0) for name in names]
            if any(cell != "-" for cell in cells):
                rows.append([workload["title"], *cells])
        if rows:
            lines += [f"## Operations a second, {workers} worker{'s' if workers > 1 else ''}", "",
                      "The load generator and the service share the machine, so these say less than processor time.", ""]
            lines += _table(["workload", *names], rows)
    return lines


def _latencies(results):
    lines = []
    for workers in _counts(results):
        rows = []
        for name in _names(results):
            cells = [_cell(values_of(results, "latency", name, workers, key), 0)
                     for key in ("p50", "p90", "p99", "p999", "largest")]
            if cells[0] != "-":
                rows.append([name, *cells])
        if rows:
            rate = results["settings"]["rate"]
            lines += [f"## Latency at {rate:,} requests a second, in µs, {workers} worker{'s' if workers > 1 else ''}",
                      "", "From the moment when a request was due, whether or not a connection was free.", ""]
            lines += _table(["peer", "p50", "p90", "p99", "p99.9", "largest"], rows)
    return lines


def _growth(results):
    """What a request costs with many connections, over what it costs with few: of all peers."""
    lines = []
    for workers in _counts(results):
        rows = []
        for name in _names(results):
            cells = []
            for many in GROWN:
                pair = figures.paired_ratio(
                    values_of(results, many, name, workers, "cpu_us"), values_of(results, FEW, name, workers, "cpu_us"))
                cells.append(f"{pair['ratio']:.2f} ({pair['low']:.2f} to {pair['high']:.2f})" if pair else "-")
            if any(cell != "-" for cell in cells):
                rows.append([name, *cells])
        if rows:
            lines += [f"## Growth with the number of connections, {workers} worker{'s' if workers > 1 else ''}", "",
                      "Processor time for a request of 1 KiB over that with 16 connections, both measured in the same round.", ""]
            lines += _table(["peer", "256 connections", "2,000 connections"], rows)
    return lines


def _peak(results, peer, workers):
    """The most memory of all workloads, and in which: a cell."""
    found = [
        (max(each["peak_mib"] for each in entry["rounds"]), entry["workload"]) for entry in results["figures"]
        if (entry["peer"], entry["workers"]) == (peer, workers) and all("peak_mib" in each for each in entry["rounds"])
    ]
    if not found:
        return "-", "-"
    busy = [each for each in found if each[1] != "idle"]
    return tuple(f"{max(some)[0]:.1f} ({max(some)[1]})" if some else "-" for some in (busy, found))


def _memory(results):
    lines = []
    for workers in _counts(results):
        rows = []
        for name in _names(results):
            each = values_of(results, "idle", name, workers, "bytes_each")
            entry = next(
                (one for one in results["memory"] if (one["peer"], one["workers"]) == (name, workers)), {})
            rows.append([
                name, f"{entry['started_kib'] / 1024:.1f}" if "started_kib" in entry else "-",
                *_peak(results, name, workers), _cell([value / 1024 for value in each]),
                _cell(values_of(results, "idle", name, workers, "answered_again"), 0)])
        lines += [f"## Memory, {workers} worker{'s' if workers > 1 else ''}", ""]
        lines += _table(
            ["peer", "after the start, MiB", "peak under load, MiB", "peak of all, MiB", "an idle connection, KiB",
             "idle ones that answered again"], rows)
    return lines


def _targets(verdicts):
    if not verdicts:
        return []
    rows = [[
        verdict["name"], f"{verdict['ratio']:.3f}", f"{verdict['low']:.3f} to {verdict['high']:.3f}",
        f"{verdict['target']:.2f}", "met" if verdict["holds"] else "missed",
    ] for verdict in verdicts]
    return ["## Targets", "", "Ratios of Limpet's figure to the peer's, one worker.", ""] + _table(
        ["ratio", "measured", "but for noise", "target", ""], rows)


def _source(results):
    """Which tree the figures are of."""
    commit = results["commit"]
    words = "of no known commit" if commit is None else f"commit {commit['hash'][:12]}"
    if commit is not None and commit["is_changed"]:
        words += " with changes"
    return words if results["built"] else words + ", programs built before"


def markdown(results, verdicts):
    machine, noise, settings = results["machine"], results["noise"], results["settings"]
    lines = [
        "# Limpet and its peers", "",
        f"Measured on {results['when']} by `bench/run`, {_source(results)}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, Linux {machine['kernel']}. {settings['rounds']} rounds of {settings['seconds']:g} s; "
        f"{noise['minutes']} minutes; load before the start {noise['load_before']}; the host took "
        f"{noise['stolen_share']:.1%} of the processors away.", "", NOTE, "",
        *_targets(verdicts), *_processor_tables(results), *_growth(results), *_latencies(results), *_memory(results),
        *_rates(results),
        "## Versions", "", *(f"- {name}: {said}" for name, said in results["versions"].items()), "",
    ]
    if results["left_out"]:
        lines += ["## Left out", ""]
        lines += [f"- {each['peer']}, {each['workload']}: {each['why']}" for each in results["left_out"]]
        lines.append("")
    return "\n".join(lines)


def text(results, verdicts):
    """The same tables for a terminal."""
    said = "\n".join([
        *_targets(verdicts), *_processor_tables(results), *_growth(results), *_latencies(results), *_memory(results)])
    return re.sub(r"^\|(-+\|)+\n", "", said, flags=re.M)


def _bars(results, workers, wanted, key, scale=1.0):
    groups = []
    for workload in results["workloads"]:
        if not wanted(workload["name"]):
            continue
        rows = []
        for name in _names(results):
            if values := values_of(results, workload["name"], name, workers, key):
                made = figures.summary([value * scale for value in values])
                rows.append((name, made["median"], made["low"], made["high"]))
        if rows:
            groups.append((workload["title"], rows))
    return groups


def _plots(results):
    """The plots of one worker: file name and text."""
    counts = _counts(results)
    if not counts:
        return
    workers = counts[0]
    note = f"less is better; {workers} worker, median of {results['settings']['rounds']} rounds, whiskers: all rounds"
    kinds = [
        ("requests", "Processor time for a request", lambda name: name.startswith(("h1", "h2")), "cpu_us", "µs", 1.0),
        ("handshakes", "Processor time for a connection: handshake and one request",
         lambda name: name.startswith(("full", "ticket", "id12")), "cpu_us", "µs", 1.0),
        ("memory", "Memory for an idle TLS connection", lambda name: name == "idle", "bytes_each", "KiB", 1 / 1024),
        ("latency", f"Latency at {results['settings']['rate']:,} requests a second, 99th percentile",
         lambda name: name == "latency", "p99", "µs", 1.0),
    ]
    for file, title, wanted, key, unit, scale in kinds:
        if groups := _bars(results, workers, wanted, key, scale):
            yield f"{file}.svg", plots.bars(title, note, groups, unit)


def write(results, verdicts, into):
    """Writes results.json, results.md, readme.md (the table for the README) and the plots."""
    into.mkdir(parents=True, exist_ok=True)
    (into / "results.json").write_text(json.dumps(dict(results, verdicts=verdicts), indent=1) + "\n")
    (into / "results.md").write_text(markdown(results, verdicts))
    (into / "readme.md").write_text(readme.table(results))
    for name, drawn in _plots(results):
        (into / name).write_text(drawn)
