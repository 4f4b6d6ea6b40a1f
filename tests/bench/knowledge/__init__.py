"""`make bench-kb DATA=DIR`: our knowledge base and four rivals, side by side, on documents anyone can bring."""
