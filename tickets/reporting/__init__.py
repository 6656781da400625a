"""Figures about tickets for those who supervise: one layer for screens, CSV and XLSX."""
