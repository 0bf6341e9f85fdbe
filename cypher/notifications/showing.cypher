// name: notifications/showing
// does: Messages to chats that show a proposal.
// mode: read
// params: proposal str, limit int 1..500
// returns: id str, kind str, status str, person str, chat str, subject str, text str, buttons str, ask str, silent bool, reply_to str, body str, revision int, shown_revision int, message_ids list[str], copies list[str], due_ms int, intended_ms int
// rows: 0..limit
// timeout_s: 10
// source: document 003 section 5, SPEC section 5 (digest)
MATCH (p:Block {id: $proposal})<-[:CONCERNS]-(n:Notification)
WHERE n.status <> 'dropped'
RETURN n.id AS id, n.kind AS kind, n.status AS status, n.person AS person, n.chat AS chat, n.subject AS subject,
       n.text AS text, n.rows AS buttons, coalesce(n.ask, '') AS ask, coalesce(n.silent, false) AS silent, n.replyTo AS reply_to,
       n.body AS body, n.revision AS revision, coalesce(n.shownRevision, 0) AS shown_revision,
       coalesce(n.messageIds, []) AS message_ids, coalesce(n.copies, []) AS copies, n.dueMs AS due_ms, n.intendedMs AS intended_ms
ORDER BY intended_ms, id
LIMIT $limit
