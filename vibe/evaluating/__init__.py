"""Evaluating: the product's own judges run over labelled cases, and what share of them they get right.

Nothing here judges by itself. A kind reads its cases (`cases`), has the product predict one line each (`debates`,
`likenesses`, `answers`, `stances`), and where every case has a label counts figures with 95 % intervals (`figures`).

Source: issue "Proposals and debates that are worth the founder's minute" (Evaluating).
"""
