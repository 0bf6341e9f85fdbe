// name: schema/007_outbox_types
// does: The types of what messages and rungs are looked up by.
// server: arcadedb
// source: GRAPH R1

CREATE CONSTRAINT type_Notification_status IF NOT EXISTS FOR (n:Notification) REQUIRE n.status IS :: STRING;
CREATE CONSTRAINT type_Notification_chat IF NOT EXISTS FOR (n:Notification) REQUIRE n.chat IS :: STRING;
CREATE CONSTRAINT type_Notification_subject IF NOT EXISTS FOR (n:Notification) REQUIRE n.subject IS :: STRING;
CREATE CONSTRAINT type_Sent_id IF NOT EXISTS FOR (n:Sent) REQUIRE n.id IS :: STRING;
CREATE CONSTRAINT type_Rung_question IF NOT EXISTS FOR (n:Rung) REQUIRE n.question IS :: STRING;
CREATE CONSTRAINT type_Rung_status IF NOT EXISTS FOR (n:Rung) REQUIRE n.status IS :: STRING;
