"""Who stands and walks where, and when: demand, streets and staff become a plan."""
