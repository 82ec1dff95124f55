"""Demo data: invented houses, visits and photos that are drawn by program."""
