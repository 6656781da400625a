"""The register of UMKM: registrations, their verification, certificates."""
