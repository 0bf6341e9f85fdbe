"""Nothing happens unseen: the only writer, the only deliverer, the only way out."""
