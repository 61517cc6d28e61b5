"""The fast road: events in, records and figures out."""
