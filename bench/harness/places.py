"""Where things are."""
import os
import pathlib

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
PEERS = BENCH / "peers"
RESULTS = BENCH / "results"
CERTIFICATES = ROOT / "certs/dev"
CLIENT_CONFIGURATION = PEERS / "client.cnf"

LIMPET = pathlib.Path(os.environ.get("LIMPET", ROOT / ".build/release/limpet"))
LOAD = pathlib.Path(os.environ.get("LIMPET_LOAD", BENCH / "load/.build/release/limpet-load"))
SCALE = pathlib.Path(os.environ.get("LIMPET_SCALE", BENCH / "load/.build/release/limpet-scale"))
FLOOR = pathlib.Path(os.environ.get("LIMPET_FLOOR", ROOT / ".build/bench/floor"))


def envoy():
    """The Envoy program in the virtual environment; None if it is not installed."""
    found = sorted((BENCH / ".venv").glob("lib/python3*/site-packages/envoy/_bin/envoy"))
    return found[-1] if found else None
