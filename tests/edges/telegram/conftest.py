"""One Bot API process for all tests here."""

from collections.abc import Iterator

import pytest

from tests.lacking import skip_for_lack_of
from tests.telegram.emulator import Api, bot_api


@pytest.fixture(scope="session")
def api() -> Iterator[Api]:
    """A Bot API on a loopback port."""
    with bot_api() as found:
        if isinstance(found, str):
            skip_for_lack_of("Telegram emulator", found)
        yield found
