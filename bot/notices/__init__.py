"""What officers are told: warnings, breaches, escalations, alarms."""
