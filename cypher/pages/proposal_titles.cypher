// name: pages/proposal_titles
// does: Titles of proposals by number.
// mode: read
// params: numbers list[int] 1..500
// returns: number int, title str
// rows: 0..numbers
// timeout_s: 5
// source: issue "The whole loop" (Page)
UNWIND $numbers AS number
MATCH (p:Proposal {number: number})
RETURN p.number AS number, p.title AS title
