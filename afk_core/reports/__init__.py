"""Reports that were signed: fixed as they stood, corrected only by a new version, sent once."""
