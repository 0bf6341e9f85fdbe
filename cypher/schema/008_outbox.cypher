// name: schema/008_outbox
// does: How messages and rungs are looked up, and which sent message belongs to which.
// source: DESIGN section 4; GRAPH R2, R6

CREATE CONSTRAINT unique_Sent_id IF NOT EXISTS FOR (n:Sent) REQUIRE n.id IS UNIQUE;
CREATE INDEX notification_status IF NOT EXISTS FOR (n:Notification) ON (n.status);
CREATE INDEX notification_chat IF NOT EXISTS FOR (n:Notification) ON (n.chat);
CREATE INDEX notification_subject IF NOT EXISTS FOR (n:Notification) ON (n.subject);
CREATE INDEX rung_question IF NOT EXISTS FOR (n:Rung) ON (n.question);
CREATE INDEX rung_status IF NOT EXISTS FOR (n:Rung) ON (n.status);
CREATE (n:Sent {id: '__sample'}) DELETE n;
