"""``/v1/citizen``: what anybody may do without an account: ask, file an appeal, see how it goes, rate it."""
