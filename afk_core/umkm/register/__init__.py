"""The register of UMKM as a whole: searched, filtered, handed out as a file, taken in from one."""
