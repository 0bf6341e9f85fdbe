"""Telegram: the bot that asks the founder once, and hears every answer."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's waits come as timedelta, without a warning
