"""Playout automation that drives channels from outside: SCTE 104 over TCP."""
