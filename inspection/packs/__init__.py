"""Meeting packs: frozen data in, one PDF out. No Flask, database, clock, network or random."""
