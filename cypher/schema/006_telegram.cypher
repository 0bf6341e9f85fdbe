// name: schema/006_telegram
// does: The telegram inbox: what was said to us, before anything is done about it.
// source: issue "Ask once on Telegram", nothing lost; GRAPH R1, R5, R6

CREATE CONSTRAINT unique_Inbox_id IF NOT EXISTS FOR (n:Inbox) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT unique_Pairing_id IF NOT EXISTS FOR (n:Pairing) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT unique_Channel_id IF NOT EXISTS FOR (n:Channel) REQUIRE n.id IS UNIQUE;
CREATE INDEX inbox_n IF NOT EXISTS FOR (n:Inbox) ON (n.n);
CREATE INDEX inbox_state IF NOT EXISTS FOR (n:Inbox) ON (n.state);
CREATE (n:Inbox {id: '__sample'}) DELETE n;
CREATE (n:Pairing {id: '__sample'}) DELETE n;
CREATE (n:Channel {id: '__sample'}) DELETE n;
