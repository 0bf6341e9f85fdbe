"""The stages of the proactive loop. Stages never import each other; they meet in `flow.py`."""
