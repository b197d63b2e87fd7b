"""The HTTP door: who may enter, forms, refusals in words, pages from templates, the JSON API."""
