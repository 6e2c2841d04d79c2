"""What open pages hear at once: events of orders, limits that come near, counts and bursts."""
