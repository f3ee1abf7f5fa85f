"""What bench/run, bench/stickiness and bench/scale have in common."""
