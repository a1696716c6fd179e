import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../../../shared/workflow/check.ts';
import { parseWorkflowText } from '../../../../shared/workflow/parse.ts';
import { catalogue } from '../catalogue.ts';
import { page } from '../page.ts';

/** What a check promises, with a page that trips it (at each `¦`, and nowhere else) and one that does not. */
export interface Row {
  says: string;
  code: string;
  trips: string;
  passes: string;
  /** Part of what the person is told. */
  told?: string;
  warning?: boolean;
}

/** Problems of a short page as `line:column code`. */
export function problemsOf(short: string) {
  return checkWorkflow(parseWorkflowText(page(short).text), catalogue);
}

/** Every row as a test. */
export function checkTable(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows.map((row) => [row.says, row] as const))('%s', (_says, { code, trips, passes, told, warning }) => {
      const found = problemsOf(trips);
      const { marks } = page(trips);
      expect(
        found.map(({ place, ...problem }) => `${place.line}:${place.column} ${problem.code}: ${problem.message}`),
      ).toEqual(marks.map((mark) => expect.stringContaining(`${mark} ${code}: `) as string));
      expect(marks.length).toBeGreaterThan(0);
      for (const { severity, message, place } of found) {
        expect(severity).toBe(warning ? 'warning' : 'error');
        expect(place.node).toMatch(/^[a-z]/);
        if (told !== undefined) expect(message).toContain(told);
      }
      expect(problemsOf(passes)).toEqual([]);
    });
  });
}
