"""Gated research runs over the plan's own documents and the owner's, and the rules that judge what they find.

How a finding comes about, in the order of the arrows::

    document -> passages (cut, each with its role by section, copies merged)     passages, roles
    block    -> claim (sentence by sentence, its choices apart)                  claims
    corpus   -> bench (how rare each word is, the schedule, prohibitions)        bench, words, schedules, prohibitions
    claim x passage -> findings                                                  ranking (`Examiner`, `examine`)
        what words tell: a judging cue beside the claim's own rare words         wording, judging, cues
        what figures tell: one quantity, another value; arithmetic, no stance    measuring, comparing, figures
        what the plan's order tells: forbidden, or measured otherwise            ordering
    findings -> written ones first, then candidates with score and reasons       findings

What holds everywhere:

- Pure and deterministic: no model, no clock, no chance; a finding depends on its claim, its passage and the plan, never
  on the batch that it came in. So a run may read in batches of any size and be continued anywhere.
- Only a judging section writes, or arithmetic. Risks, statements and intentions give candidates; failure stories,
  consequences and questions give nothing (but a "baseline", which is a statement).
- Nothing supports: agreement inside one plan is the plan agreeing with itself, and words alone can't tell a support.
- A section never is evidence for what was imported from it; a sentence in two files is one passage.
- A quote is a piece of one line, exactly as it stands there. A sentence that opens with "This" is quoted with the one
  before it: as one quote where both share a line, else as two.

How often it is right is measured by `tests/evaluation`.

Source: issue "The whole loop", Execution; EVIDENCE.md; document 004.
"""
