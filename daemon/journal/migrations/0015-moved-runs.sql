-- What a run was pinned to before it was moved to its edited page: kept as long as the run.
create table earlier_definitions (
  run_id   text not null,
  def_hash text not null,
  primary key (run_id, def_hash)
) without rowid;
