import { z } from 'zod';
import { createXmlParser } from '../xml.ts';

/** A report's share of lines that ran, in percent and not rounded; undefined when the text is not of this format. */
type ReadCoverage = (text: string) => number | undefined;

/** Reads lcov, Cobertura XML, the JSON summary of Istanbul and the JSON of coverage.py. */
export const readCoverage: ReadCoverage = (text) => {
  for (const read of [readLcov, readCobertura, readJson]) {
    const percent = read(text);
    if (percent !== undefined) return percent;
  }
  return undefined;
};

/** Where tools put their reports by themselves. */
export const COVERAGE_FILES = [
  'coverage/coverage-summary.json',
  'coverage/lcov.info',
  'coverage/cobertura-coverage.xml',
  'coverage.xml',
  'coverage.json',
  'coverage.lcov',
  'lcov.info',
];

function share(covered: number, total: number): number {
  // Nothing to run is no gap.
  return total === 0 ? 100 : (covered / total) * 100;
}

function readLcov(text: string): number | undefined {
  if (!/^SF:/m.test(text) || !/^end_of_record/m.test(text)) return undefined;
  let [hit, found] = [0, 0];
  for (const record of text.split(/^end_of_record.*$/m)) {
    const number = (key: string) => new RegExp(`^${key}:(\\d+)`, 'm').exec(record)?.[1];
    const [lines, covered] = [number('LF'), number('LH')];
    if (lines !== undefined && covered !== undefined) {
      found += Number(lines);
      hit += Number(covered);
    } else {
      const counts = [...record.matchAll(/^DA:\d+,(-?\d+)/gm)].map(([, count]) => Number(count));
      found += counts.length;
      hit += counts.filter((count) => count > 0).length;
    }
  }
  return share(hit, found);
}

const cobertura = z.object({
  coverage: z.object({
    'lines-valid': z.coerce.number().optional(),
    'lines-covered': z.coerce.number().optional(),
    'line-rate': z.coerce.number(),
  }),
});

function readCobertura(text: string): number | undefined {
  // The whole report may be long, and all that counts stands in its first element.
  const element = /<coverage\b[^>]*>/.exec(text)?.[0];
  if (element === undefined) return undefined;
  const parser = createXmlParser({ ignoreAttributes: false, attributeNamePrefix: '', parseAttributeValue: false });
  const parsed = cobertura.safeParse(parser.parse(element.replace(/\/?>$/, '/>')));
  if (!parsed.success) return undefined;
  const { 'lines-valid': valid, 'lines-covered': covered, 'line-rate': rate } = parsed.data.coverage;
  return valid !== undefined && covered !== undefined ? share(covered, valid) : rate * 100;
}

const summary = z.object({ total: z.object({ lines: z.object({ total: z.number(), covered: z.number() }) }) });
const python = z.object({ totals: z.object({ covered_lines: z.number(), num_statements: z.number() }) });

function readJson(text: string): number | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const istanbul = summary.safeParse(content);
  if (istanbul.success) return share(istanbul.data.total.lines.covered, istanbul.data.total.lines.total);
  const coveragePy = python.safeParse(content);
  if (coveragePy.success) return share(coveragePy.data.totals.covered_lines, coveragePy.data.totals.num_statements);
  return undefined;
}
