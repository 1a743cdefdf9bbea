"""Party branches (党支部): which there are, which compounds they serve, who belongs to them. Branch roles only."""
