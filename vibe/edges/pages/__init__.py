"""The pages edge: what people see in a browser, mounted by `edges.http`; starts at `site.py`."""
