"""What tokens cost: the owner's own prices, else the list price, else nothing (then tokens alone are counted)."""

from __future__ import annotations

from vibe.settings import ModelSettings

_MILLION = 1_000_000


def price(settings: ModelSettings, name: str, tokens_in: int, tokens_out: int) -> float:
    """US dollars; 0 where no price is known."""
    if settings.usd_per_million_in or settings.usd_per_million_out:
        return (tokens_in * settings.usd_per_million_in + tokens_out * settings.usd_per_million_out) / _MILLION
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(Usage(input_tokens=tokens_in, output_tokens=tokens_out), model_ref=name)
    except LookupError:
        return 0.0
    return float(found.total_price)
