-- The page that a run was started from, so that the page can show its runs.

alter table runs add column page text collate nocase;
create index runs_of_page on runs (page, started_at) where page is not null;
