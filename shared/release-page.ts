import { z } from 'zod';

// What a step gives for the pages of a release: the settings of its action, and what the page is computed from.

const text = z.string();
const optional = text.nullish();
const address = text.nullish().meta({ description: 'An http(s) address.' });

/** What both pages of a release are told by the step that writes them. Fields may be null while they are not known yet. */
const common = {
  package: text.min(1),
  version: text.min(1),
  ecosystem: z.enum(['npm', 'python']).nullish(),
  /** `owner/name` on GitHub, or an address. */
  repository: optional,
  /** The body of the changelog section, Keep a Changelog groups. */
  notes: optional,
  /** Each what breaks and what to do about it. */
  breaking: z.array(z.union([text, z.strictObject({ what: text, migration: optional })])).nullish(),
  registry_url: address,
  github_release_url: address,
};

/** `data` of a release page (`page.write_release`). */
export const releaseData = z.strictObject({
  ...common,
  status: z.enum(['planned', 'rejected', 'published', 'yanked']).default('planned'),
  /** Why it was rejected or yanked. */
  reason: optional,
  version_old: optional,
  level: optional,
  date: optional,
  commit: optional,
  commit_url: address,
  tag: optional,
  /** With one of the names and one of the digests, as the actions that build and publish give them. */
  artifacts: z
    .array(
      z.looseObject({
        name: optional,
        filename: optional,
        path: optional,
        digest: optional,
        sha256: optional,
        integrity: optional,
      }),
    )
    .nullish(),
  /** Only where it is not in the run's own signatures. */
  approver: optional,
  /** An address, or what `github.checks` gave. */
  ci: z
    .union([
      text,
      z.looseObject({ url: address, state: optional, checks: z.array(z.looseObject({ url: address })).nullish() }),
    ])
    .nullish(),
  /** Who should upgrade, in one sentence. */
  upgrade: optional,
  known_issues: z.array(text).nullish(),
  /** Which of the three exist (`release.reconcile`). */
  facts: z.looseObject({ registry: z.boolean(), tag: z.boolean(), github_release: z.boolean() }).nullish(),
  issue_url: address,
  rollback: z.array(text).nullish(),
  /** Checks after the release; without `ok` they are still to be done. */
  checks: z.array(z.strictObject({ title: text, ok: z.boolean().nullish(), saw: z.json().optional() })).nullish(),
});
export type ReleaseData = z.infer<typeof releaseData>;

/** `data` of an announcement page (`page.write_announcement`). */
export const announcementData = z.strictObject({
  ...common,
  /** The few things worth telling; by default what the notes add, change and fix. */
  highlights: z.array(text).nullish(),
  /** How to upgrade, by default the ecosystem's command. */
  upgrade: z.array(text).nullish(),
  /** What comes next, and when. */
  next: optional,
});
export type AnnouncementData = z.infer<typeof announcementData>;
