"""Models that judge answers (LLM-as-a-judge): an endpoint of one's own, its replies kept, its agreement with facts reported."""
