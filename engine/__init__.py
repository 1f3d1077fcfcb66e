"""All that the office knows; runs without a web server."""
