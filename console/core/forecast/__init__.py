"""Forecasts of waiting: plain Erlang B, C and A, and what a break does to a queue while it lasts and after it."""
