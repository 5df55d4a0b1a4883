"""Where rows go: the lake's tables, each commit stamped, and the warehouse."""
