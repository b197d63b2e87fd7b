"""Tagged PDF (PDF/UA-1, ISO 14289-1) from a typst template and data, made by a process of its own (`child`)."""
