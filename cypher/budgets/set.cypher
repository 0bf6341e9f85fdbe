// name: budgets/set
// does: Note what is allowed beside a day's cap, and how it stands with the model.
// mode: write
// params: rows list[map] 1..500
// returns: id str
// rows: rows
// timeout_s: 5
// source: issue 5 (Spend)
// stage: set
UNWIND $rows AS r
MERGE (b:Budget {id: r.id})
SET b += r.props
RETURN b.id AS id
