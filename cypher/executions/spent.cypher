// name: executions/spent
// does: What the executions of a plan have cost so far.
// mode: read
// params: plan str
// returns: spent_usd float
// rows: 1
// timeout_s: 10
// source: issue "Plans that get done" (costs)
MATCH (n:Execution {plan: $plan})
MATCH (t:ExecutionTask {execution: n.id})
RETURN coalesce(sum(t.costUsd), 0.0) AS spent_usd
LIMIT 1
