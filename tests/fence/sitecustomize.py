"""Python reads this by itself at start: processes that tests start get the fence too."""

import loopback_only  # noqa: F401 - importing it puts the fence up
