"""`klinik check`: what is wrong with an installation, in words, without changing anything."""
