-- Where in the journal a value was remembered: several in one millisecond have an order too.

alter table memory add column pos integer not null default 0;
