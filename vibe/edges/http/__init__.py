"""The HTTP edge: the API, signing in, health and figures, in `server.py`."""
