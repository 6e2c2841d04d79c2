"""How the model files in ``retrieval/data`` were made: run again on the same data, each gives the same file."""
