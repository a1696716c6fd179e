-- Incidents: what the events of their runs add up to, so that an alert finds its own and the index needs no replay.
create table incidents (
  id     text primary key,
  run_id text not null unique,
  graph  text,
  open   integer not null,
  state  text not null
) without rowid;
create index incidents_open on incidents (open) where open = 1;

-- By which alerts find an open incident: groups of a source, and labels that several alerts share.
create table incident_keys (
  key      text not null,
  incident text not null,
  at       integer not null,
  primary key (key, incident)
) without rowid;

-- Each episode of each alert, once, however often it was told: a fact of its own. Without an incident when no workflow
-- wanted it, or when it was over before it was heard that it fired.
create table alerts (
  source      text not null,
  fingerprint text not null,
  started     integer not null,
  incident    text,
  name        text not null,
  fired       integer not null,
  ended       integer,
  told        integer not null,
  first_seen  integer not null,
  last_seen   integer not null,
  body        text not null,
  primary key (source, fingerprint, started)
) without rowid;
create index alerts_seen on alerts (last_seen);
