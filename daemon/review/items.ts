import type { ReviewGroup, ReviewItem, ReviewState } from '../../shared/review.ts';
import { SEVERITIES, type Examined, type Finding, type Severity } from './finding.ts';
import type { Decision } from './store.ts';

/** A finding as people see it, with what one of them decided about it. */
export function itemOf({ id, fix, ...finding }: Finding, decision: Decision | undefined, now: number): ReviewItem {
  const state = stateOf(decision, now);
  return {
    ...finding,
    finding: id,
    ...(fix ? { fix: fix.title } : {}),
    state,
    ...(decision && state !== 'open'
      ? {
          decided: {
            by: decision.by,
            at: decision.at,
            reason: decision.reason,
            ...(decision.until === null ? {} : { until: decision.until }),
          },
        }
      : {}),
  };
}

/** Whether it is open at a time: a decision that it may wait ends. */
export function stateOf(decision: Decision | undefined, now: number): ReviewState {
  if (!decision) return 'open';
  if (decision.kind === 'dismissed') return 'dismissed';
  return (decision.until ?? 0) > now ? 'snoozed' : 'open';
}

/** How many of each severity. */
export function countsOf(findings: readonly { severity: Severity }[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, hint: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** By check: the worst severity of its findings first, then what most depends on. */
export function groupsOf(open: readonly ReviewItem[], { checks }: Examined): ReviewGroup[] {
  const about = new Map(checks.map((check) => [check.check, check]));
  const groups = [...Map.groupBy(open, ({ check }) => check)].map(([check, items]) => ({
    check,
    title: about.get(check)?.title ?? check,
    explanation: about.get(check)?.explanation ?? '',
    severity: SEVERITIES.find((severity) => items.some((item) => item.severity === severity))!,
    count: items.length,
    fixable: items.filter(({ fix }) => fix !== undefined).length,
    weight: items.reduce((sum, { weight }) => sum + 1 + weight, 0),
  }));
  groups.sort(
    (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || other.weight - one.weight,
  );
  return groups.map(({ weight: _, ...group }) => group);
}

/** By page, then by id: the same order every time. */
export function byPage(one: Finding, other: Finding): number {
  const [a, b] = [`${one.page}\n${one.id}`, `${other.page}\n${other.id}`];
  return a < b ? -1 : a > b ? 1 : 0;
}
