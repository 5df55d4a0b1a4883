"""The warehouse to the charts: one named question a file (`sql/`), asked with bound values only."""
