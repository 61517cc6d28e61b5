"""Secrets live in the system keyring and nowhere else."""
