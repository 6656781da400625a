"""The letter that appoints agents, drawn after Lampiran A."""
