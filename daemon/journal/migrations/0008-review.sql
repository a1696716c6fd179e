-- What was rehearsed: of each definition the last time, with what it stood on.
create table rehearsals (
  definition text primary key,
  title      text not null,
  at         integer not null,
  body       text not null
) without rowid;
create index rehearsals_of_title on rehearsals (title, at);

-- Living claims: how each stood when it was last looked at, and since when.
create table claims (
  graph   text not null,
  page    text not null,
  claim   text not null,
  hash    text not null,
  holds   integer,
  since   integer not null,
  checked integer not null,
  saw     text not null,
  primary key (graph, page, claim)
) without rowid;

-- What people decided about findings: put off, or none of ours.
create table review_decisions (
  graph   text not null,
  finding text not null,
  kind    text not null,
  until   integer,
  reason  text not null,
  by      text not null,
  at      integer not null,
  title   text not null,
  primary key (graph, finding)
) without rowid;

-- Fixes that were applied, with what stood there before and after, so that they can be undone.
create table review_fixes (
  fix     integer primary key,
  graph   text not null,
  finding text not null,
  title   text not null,
  pages   text not null,
  by      text not null,
  at      integer not null,
  undone  integer
);
create index review_fixes_of_graph on review_fixes (graph, at);

-- How healthy a graph was: a row for each UTC day on which it was reviewed.
create table review_days (
  graph  text not null,
  day    text not null,
  at     integer not null,
  pages  integer not null,
  counts text not null,
  primary key (graph, day)
) without rowid;
