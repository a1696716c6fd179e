import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { DURATION, parseDuration } from '../../shared/workflow/duration.ts';

/** A setting that is a length of time, such as `15m`. */
export const length = z.string().regex(DURATION, 'is no length of time such as 15m');
/** A setting that is a moment; empty means now. */
export const moment = z.string().refine((text) => text === '' || !Number.isNaN(Date.parse(text)), {
  message: 'is no moment such as 2026-01-31T12:00:00Z',
});

/** Milliseconds since the epoch. */
function momentOf(text: string | undefined, now: number): number {
  return text === undefined || text === '' ? now : Date.parse(text);
}

/** Lines and spans are sent in batches: those of the last moments may still be on their way. */
const ON_ITS_WAY_MS = 2_000;

/** The end of a look at what is sent in batches: without a moment, as late as asking again gives the same answer. */
export function settledAt(text: string, now: number): number {
  return momentOf(text, now - ON_ITS_WAY_MS);
}

/** A sample has the time at which its scrape began, and is there when that has ended. */
const BEING_SCRAPED_MS = 1_000;

/** The end of a look at samples: without a moment, as late as asking again gives the same answer. */
export function scrapedAt(text: string, now: number): number {
  return momentOf(text, now - BEING_SCRAPED_MS);
}

export const iso = (at: number): string => new Date(at).toISOString();

export interface Range {
  from: number;
  to: number;
  stepMs: number;
}

/** Charts are small: more points than this are not seen. */
const MOST_POINTS = 60;

/**
 * The range of `over` that ends at `to`, laid on whole steps so that it can be asked again with the same answer.
 * Without a step there are at most 60 points.
 */
export function rangeOf(over: string, to: number, step?: string): Range {
  const lengthMs = parseDuration(over);
  const stepMs =
    step === undefined ? Math.max(1, Math.ceil(lengthMs / 1000 / MOST_POINTS)) * 1000 : parseDuration(step);
  if (stepMs < 1 || lengthMs / stepMs > 11_000) {
    throw fail(
      'invalid',
      'range.too_fine',
      `A step of ${step ?? '0'} gives too many points over ${over}. Take a longer one.`,
    );
  }
  const end = Math.floor(to / stepMs) * stepMs;
  return { from: end - Math.floor(lengthMs / stepMs) * stepMs, to: end, stepMs };
}
