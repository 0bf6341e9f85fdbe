"""Edge: models that draft, object and judge; rules where there is no language model."""
