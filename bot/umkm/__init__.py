"""What the faces share about the register of UMKM: papers, words, and who is told of a step."""
