-- Runs that work on another engine: their events come in reports, and this journal only keeps them.
create table remote_runs (
  run_id text primary key
) without rowid;

-- What that engine has to be told, in order. It stays until the run is pruned: by it, what comes back is known to be said here.
create table forwards (
  id      integer primary key,
  run_id  text not null,
  key     text not null unique,
  kind    text not null,
  body    text not null,
  sent_at integer
);
create index forwards_owed on forwards (id) where sent_at is null;
create table forwarded (
  run_id text not null,
  digest text not null,
  primary key (run_id, digest)
) without rowid;
