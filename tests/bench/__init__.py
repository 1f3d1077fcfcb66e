"""Figures of the running office; `make bench` prints them as a table and writes `results/latest.json`."""
