"""The desks where people work: what may be done, by whom, and what is kept of it. Blocking; nothing here knows HTTP."""
