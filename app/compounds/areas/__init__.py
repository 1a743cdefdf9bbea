"""Grids (网格) and building groups (楼栋党小组): parts of compounds, each with who answers for it."""
