"""What stickiness measured, in words and pictures."""
from . import plots, sticky


def share(value):
    """A share in per cent; a dash for none."""
    return "-" if value is None else f"{value:.1%}".replace(".0%", "%")


def cells(record):
    """Share at the owner of those whose owner lives, share resumed, failed requests, balance."""
    if "refused" in record:
        return "not tried" if record["refused"].startswith("not tried") else "not possible"
    return (f"{share(record['at_living_owner'])} / {share(record['resumed'])} / {record['failed']} / "
            f"{record['balance'] or '-'}")


def markdown(results, disturbances):
    """The tables. `disturbances`: the names, in their order."""
    lines = [
        "# Stickiness", "",
        f"Measured on {results['when']} by `bench/stickiness`: {results['clients']} clients of each kind, each with its own "
        f"session cache, {results['connections']} connections each, {results['services']} services. Pure chance would be "
        f"{1 / results['services']:.0%} at the owner.", "",
        "## Undisturbed", "",
        "| gateway | kind | at the owner | resumed | resumed in this kind | balance (largest ÷ mean) | failed |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in results["results"]:
        record = entry["undisturbed"]
        if "refused" in record:
            lines.append(f"| {entry['title']} | {sticky.KINDS[entry['kind']]} | {record['refused']} | | | | |")
            continue
        lines.append(
            f"| {entry['title']} | {sticky.KINDS[entry['kind']]} | {share(record['at_owner'])} | {share(record['resumed'])} "
            f"| {share(record['resumed_in_kind'])} | {record['balance'] or '-'} | {record['failed']} |")
    lines += ["", "## Disturbed", "", "Share at the owner, of the connections whose owner lives / share resumed / failed "
              "requests / balance (largest ÷ mean of the services that live), in the three rounds that follow.", ""]
    for kind, title in sticky.KINDS.items():
        entries = [entry for entry in results["results"] if entry["kind"] == kind and entry["disturbed"]]
        if not entries:
            continue
        names = [name for name in disturbances if any(name in entry["disturbed"] for entry in entries)]
        lines += [f"### {title}", "", "| | " + " | ".join(entry["title"] for entry in entries) + " |",
                  "|---|" + "---|" * len(entries)]
        for name in names:
            row = [cells(entry["disturbed"][name]) if name in entry["disturbed"] else "-" for entry in entries]
            lines.append(f"| {name} | " + " | ".join(row) + " |")
        lines.append("")
    return "\n".join(lines + limpet_reasons(results))


def limpet_reasons(results):
    """The reasons of Limpet's access log, by kind and disturbance."""
    lines = ["## Why Limpet sent requests where it did", "", "| kind | | reasons | of those that left their owner |",
             "|---|---|---|---|"]
    for entry in results["results"]:
        if entry["gateway"] not in ("limpet", "limpet-state"):
            continue
        for name, record in [("undisturbed", entry["undisturbed"]), *entry["disturbed"].items()]:
            if record.get("reasons") is not None:
                said = [", ".join(f"{reason} {count}" for reason, count in sorted(record[key].items())) or "-"
                        for key in ("reasons", "reasons_of_moves")]
                lines.append(f"| {entry['title']}, {sticky.KINDS[entry['kind']]} | {name} | {said[0]} | {said[1]} |")
    return lines + [""]


def plot(results):
    """Shares at the owner, as SVG."""
    groups = []
    for kind, title in sticky.KINDS.items():
        rows = [
            (f"{entry['gateway']}", 100 * entry["undisturbed"]["at_owner"], 0, 100)
            for entry in results["results"]
            if entry["kind"] == kind and entry["undisturbed"].get("at_owner") is not None
            and entry["undisturbed"]["resumed_in_kind"] > 0.01
        ]
        if rows:
            groups.append((title, [(label, value, value, value) for label, value, _, _ in rows]))
    chance = 100 / results["services"]
    return plots.bars(
        "Connections that come back to their owner", f"more is better; pure chance is {chance:.0f} %", groups, "%")
