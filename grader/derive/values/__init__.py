"""Values of small networks, computed exactly; the only part of the network room that imports numpy."""
