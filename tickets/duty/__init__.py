"""Who is on duty: the roster of each day, absences with their replacement, and who gets the next ticket."""
