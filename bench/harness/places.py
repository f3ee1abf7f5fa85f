"""Where things are."""
import os
import pathlib

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
PEERS = BENCH / "peers"
RESULTS = BENCH / "results"
# Development certificates, whose names bench/stickiness changes; bench/run makes its own.
CERTIFICATES = ROOT / "certs/dev"
CLIENT_CONFIGURATION = PEERS / "client.cnf"

LIMPET = pathlib.Path(os.environ.get("LIMPET", ROOT / ".build/release/limpet"))
LOAD = pathlib.Path(os.environ.get("LIMPET_LOAD", BENCH / "load/.build/release/limpet-load"))
SCALE = pathlib.Path(os.environ.get("LIMPET_SCALE", BENCH / "load/.build/release/limpet-scale"))
FLOOR = pathlib.Path(os.environ.get("LIMPET_FLOOR", ROOT / ".build/bench/floor"))

VARIABLES = ("LIMPET", "LIMPET_LOAD", "LIMPET_FLOOR")


def is_given(variable):
    """Whether the environment names a program."""
    return variable in os.environ


def envoy():
    """The Envoy program in the virtual environment; None if it is not installed."""
    found = sorted((BENCH / ".venv").glob("lib/python3*/site-packages/envoy/_bin/envoy"))
    return found[-1] if found else None
