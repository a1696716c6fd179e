-- What is owed to chats, mailboxes and pagers: queued by a step, delivered when there is a way out.
create table notices (
  key text primary key,
  channel text not null,
  run_id text not null,
  message text not null,
  queued_at integer not null,
  next_at integer not null,
  tries integer not null default 0,
  -- A try that was sent and never answered: the next one says that it may be a repeat.
  uncertain integer not null default 0,
  delivered_at integer,
  given_up_at integer,
  problem text not null default ''
);
create index notices_due on notices (next_at) where delivered_at is null and given_up_at is null;
