"""Posts (岗位): standing roles with a number of places."""
