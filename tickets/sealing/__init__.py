"""One request as a sealed file for internal control: what goes in, and the register to check it against."""
