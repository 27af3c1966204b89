"""Measure a rubric against marks that people gave: how far each criterion agrees with them, and where not."""
