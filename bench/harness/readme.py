"""The table for the README, so that its figures are those of a run and nobody's memory."""
import re
import statistics

from . import places

ROWS = [
    ("h1-1k-64", "HTTP/1.1 request, 1 KiB, 64 connections"), ("h1-16k-64", "16 KiB"), ("h1-1m-16", "1 MiB"),
    ("h2-1k-16", "HTTP/2 request, 1 KiB, 16 connections"), ("full13", "full handshake, TLS 1.3, and a request"),
    ("full12-ecdsa", "full handshake, TLS 1.2, and a request"), ("ticket13", "resumed, TLS 1.3 ticket, and a request"),
    ("ticket12", "resumed, TLS 1.2 ticket, and a request"), ("id12", "resumed, TLS 1.2 session ID, and a request"),
    ("idle", "memory of an idle TLS connection, KiB"),
]
TITLES = {"limpet": "Limpet", "haproxy": "HAProxy", "nginx": "nginx", "nghttpx": "nghttpx", "envoy": "Envoy"}
BEGIN, END = "<!-- bench/run writes this table -->", "<!-- end of the table -->"


def table(results):
    """Medians with the fewest workers, the least in each row in bold; the floor is no competitor."""
    counts = sorted({entry["workers"] for entry in results["figures"]})
    names = [name for name in TITLES if any(entry["peer"] == name for entry in results["figures"])]
    if not counts or not names:
        return ""
    lines = ["| | " + " | ".join(_heading(name, results["versions"]) for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for workload, title in ROWS:
        medians = [_median(results, workload, name, counts[0]) for name in names]
        known = [each for each in medians if each is not None]
        if known:
            lines.append(f"| {title} | " + " | ".join(_cell(each, min(known)) for each in medians) + " |")
    return "\n".join(lines) + "\n"


def put_into_readme(text, path=places.ROOT / "README.md"):
    """Replaces the table between the two marks, if they are there; whether they are."""
    before, begin, rest = path.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        return False
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")
    return True


def _heading(name, versions):
    found = re.search(r"\d+\.\d+", versions.get(name, "")) if name != "limpet" else None
    return f"{TITLES[name]} {found[0]}" if found else TITLES[name]


def _median(results, workload, peer, workers):
    key, scale = ("bytes_each", 1 / 1024) if workload == "idle" else ("cpu_us", 1)
    for entry in results["figures"]:
        if (entry["workload"], entry["peer"], entry["workers"]) == (workload, peer, workers):
            values = [each[key] * scale for each in entry["rounds"] if each.get(key)]
            return statistics.median(values) if values else None
    return None


def _cell(value, least):
    if value is None:
        return "-"
    text = f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return f"**{text}**" if value == least else text
