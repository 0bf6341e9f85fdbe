// name: people/approvers
// does: Who may decide in a chat, where they are written to, and their hours.
// mode: read
// params: limit int 1..100
// returns: id str, chat str, name str, zone str, quiet_from str, quiet_to str
// rows: 0..limit
// timeout_s: 5
// source: SPEC section 5 (quiet hours, the person's zone)
MATCH (p:Person)
WHERE p.approver = true AND p.chat IS NOT NULL
RETURN p.id AS id, p.chat AS chat, coalesce(p.name, '') AS name, coalesce(p.zone, '') AS zone,
       coalesce(p.quietFrom, '') AS quiet_from, coalesce(p.quietTo, '') AS quiet_to
ORDER BY id
LIMIT $limit
