import type { Json } from '../../../shared/json.ts';
import { HOSTILE } from './runs.ts';

/** What a step gives along for a page of the kind, by kind; hostile wherever a text may be. */
export const hostileData: Record<string, Json> = {
  release: {
    package: '@scope/pkg',
    version: '1.1.0',
    status: 'rejected',
    reason: HOSTILE,
    notes: `### Added\n\n- ${HOSTILE}\n- good ([#12](https://github.com/o/r/pull/12))`,
    breaking: [HOSTILE, { what: HOSTILE, migration: HOSTILE }],
    known_issues: [HOSTILE],
    commit: HOSTILE,
    tag: HOSTILE,
    artifacts: [{ name: HOSTILE, sha256: HOSTILE }],
    ci: { url: `https://x/${HOSTILE}`, state: HOSTILE },
    upgrade: HOSTILE,
    rollback: [HOSTILE],
    checks: [{ title: HOSTILE, ok: false, saw: { [HOSTILE]: HOSTILE } }],
    facts: { registry: true, tag: true, github_release: false },
    registry_url: `javascript:${HOSTILE}`,
  },
  announcement: {
    package: HOSTILE,
    version: HOSTILE,
    highlights: [HOSTILE],
    upgrade: [HOSTILE],
    breaking: [HOSTILE],
    next: HOSTILE,
  },
  'feature-design': {
    name: HOSTILE,
    status: 'changes requested',
    reason: HOSTILE,
    story: HOSTILE,
    criteria: [HOSTILE, `e2e: ${HOSTILE}`],
    contract: `POST /x${HOSTILE} | ${HOSTILE} | ${HOSTILE}\n${HOSTILE}`,
    decisions: [HOSTILE],
    repository: HOSTILE,
    branch: HOSTILE,
    commit: HOSTILE,
    pull_request_url: `javascript:${HOSTILE}`,
    merge_commit: HOSTILE,
  },
};
