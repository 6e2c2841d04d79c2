"""What the program needs from outside, as Protocols by who needs it; ``assistant.adapters`` has one file per outside thing."""
