"""Documents that research may read: the local corpus, found by full text."""
