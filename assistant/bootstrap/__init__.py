"""The only composition root: settings in, ready parts out. ``container`` makes a running service; commands take what they need."""
