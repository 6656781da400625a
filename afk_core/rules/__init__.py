"""What the sources demand, as pure functions on plain data: standard library only."""
