// name: questions/show
// does: One question by its id.
// mode: read
// params: id str
// returns: id str, question str, status str, asker str, stuck_on str, urgency str, asked_urgency str, stuck_since datetime, task_id str, task_title str, proposal_id str, options list[str], option_details list[str], option_needs list[str], option_remedies list[str], gap_ids list[str], context list[str], asked_at datetime, follow_up str, pending_option int, answer str, answer_kind str, answer_option str, answer_words str, decision_id str, answered_at datetime, answered_by str
// rows: 0..1
// timeout_s: 10
// source: SPEC section 6 (vibe answer), section 7
MATCH (q:Block {id: $id})
WHERE q:Question
OPTIONAL MATCH (t:Block {id: q.taskId})
RETURN q.id AS id, q.content AS question, q.status AS status, coalesce(q.asker, '') AS asker, coalesce(q.stuckOn, '') AS stuck_on,
       coalesce(q.urgency, 'normal') AS urgency,
       coalesce(q.askedUrgency, q.urgency, 'normal') AS asked_urgency, q.stuckSince AS stuck_since, q.taskId AS task_id, t.title AS task_title, q.proposalId AS proposal_id,
       coalesce(q.options, []) AS options, coalesce(q.optionDetails, []) AS option_details,
       coalesce(q.optionNeeds, []) AS option_needs,
       coalesce(q.optionRemedies, []) AS option_remedies, coalesce(q.gapIds, []) AS gap_ids, coalesce(q.context, []) AS context, q.askedAt AS asked_at,
       q.followUp AS follow_up, q.pendingOption AS pending_option, q.answer AS answer, q.answerKind AS answer_kind,
       q.answerOption AS answer_option, q.answerWords AS answer_words,
       q.decisionId AS decision_id, q.answeredAt AS answered_at, q.answeredBy AS answered_by
LIMIT 1
