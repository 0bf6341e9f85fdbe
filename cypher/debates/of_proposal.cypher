// name: debates/of_proposal
// does: The debate of a proposal, round by round; `argued` is the model's name, "rules" for checks.
// mode: read
// params: proposal str, limit int 1..100
// returns: id str, outcome str, argued str, n int, version int, proposer str, critic str, arbiter str, round_outcome str, lacking str
// rows: 0..limit
// timeout_s: 10
// source: SPEC section 3
MATCH (p:Block {id: $proposal})<-[:CONCERNS]-(d:Debate)<-[:PART_OF]-(n:Round)
RETURN d.id AS id, d.outcome AS outcome, d.argued AS argued, n.n AS n, n.version AS version, n.proposer AS proposer,
       n.critic AS critic, n.arbiter AS arbiter, n.outcome AS round_outcome, n.lacking AS lacking
ORDER BY version, n
LIMIT $limit
