import type { Review } from '../../daemon/review/service.ts';

const none = (): Promise<never> => Promise.reject(new Error('this test has no review'));

/** A review for tests that are about something else. */
export const nothingToReview: Review = {
  overview: none,
  findings: none,
  preview: none,
  apply: none,
  undo: none,
  snooze: none,
  dismiss: none,
  reopen: none,
  writePage: none,
  writeTodos: none,
  about: none,
};
