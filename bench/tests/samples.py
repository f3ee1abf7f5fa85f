"""Results as bench/run makes them, in small."""


def results(figures, peers=("limpet", "nginx", "haproxy", "floor"), left_out=()):
    """`figures`: {(workload, peer): [figure of each round]}, processor time or, for idle connections, bytes."""
    chosen = sorted({workload for workload, _ in figures})
    return {
        "peers": list(peers), "left_out": list(left_out), "versions": {"nginx": "nginx version: nginx/1.22.1"},
        "workloads": [{"name": name, "title": name, "unit": "request"} for name in chosen],
        "figures": [
            {"workload": workload, "workers": 1, "peer": peer, "rounds": [
                {"bytes_each" if workload == "idle" else "cpu_us": value, "failed": 0} for value in values]}
            for (workload, peer), values in figures.items() if values
        ],
    }


def thresholds(**entry):
    """One ratio with an accepted value of 0.9."""
    ratio = {"workload": "full13", "peer": "nginx", "target": 0.85, "accepted": 0.9, **entry}
    return {"tolerance": 0.05, "gross": 1.5, "ratios": [ratio], "growth": []}
