import type { Limits } from './check.ts';

export const DEFAULT_LIMITS: Limits = {
  required: {
    incident: ['status', 'severity', 'service'],
    'post-mortem': ['owner', 'status'],
    postmortem: ['owner', 'status'],
    release: ['version', 'date', 'status'],
    service: ['owner'],
    runbook: ['owner'],
  },
  staleDays: 365,
  incidentDays: 3,
  draftDays: 14,
  rehearsedDays: 90,
  longBlocks: 500,
  longCharacters: 100_000,
};
