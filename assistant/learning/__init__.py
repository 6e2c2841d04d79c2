"""Models learned from a city's own labelled orders: labels are data. Numpy to predict, scikit-learn (extra ``learn``) to fit."""
