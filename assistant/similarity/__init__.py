"""Which orders tell of the same thing: texts as vectors and tokens, pairs judged, groups that do not chain, an index to ask."""
