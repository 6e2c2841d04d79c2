"""The flows: lists of stages that can be read aloud, and what callers hold of them. One file per flow."""
