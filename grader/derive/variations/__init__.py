"""Analyses of a network as common mistakes would make them."""
