"""PLAN AND OBSERVED -> STATUS: conditions that say why, and what to do."""
