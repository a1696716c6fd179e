-- What is left of a run whose events were pruned: where its chain stood, so that what was told of it can still be held against it.

create table checkpoints (
  run_id     text primary key,
  title      text not null,
  number     integer not null,
  status     text not null,
  started_at integer not null,
  ended_at   integer not null,
  events     integer not null,
  hash       text not null,
  pruned_at  integer not null
) without rowid;
