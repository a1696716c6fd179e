import { lazily } from '../lazily.ts';
import { createXmlParser } from '../xml.ts';
import { firstLine, type Counts, type ReadCounts } from './counts.ts';

interface Element {
  [key: string]: unknown;
}

const parser = lazily(() =>
  createXmlParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    textNodeName: 'text',
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (name) => ['testsuite', 'testcase', 'failure', 'error', 'skipped'].includes(name),
  }),
);

/** JUnit's XML, as pytest, vitest, jest-junit, Gradle and Maven write it. Counts test cases, not what the suites claim. */
export const readJunit: ReadCounts = (text) => {
  if (!/^\s*(<\?xml|<testsuites?\b)/.test(text) || !/<testsuites?\b/.test(text)) return undefined;
  let root: Element;
  try {
    root = parser().parse(text) as Element;
  } catch {
    return undefined;
  }
  const counts: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  // node:test writes its cases straight into the outermost element.
  for (const suite of [...elements(root['testsuites']), ...elements(root['testsuite'])]) countSuite(suite, counts);
  return counts;
};

function countSuite(suite: Element, counts: Counts): void {
  for (const test of elements(suite['testcase'])) {
    const broken = elements(test['failure'])[0] ?? elements(test['error'])[0];
    if (broken) {
      counts.failed++;
      const name = [attribute(test, 'classname'), attribute(test, 'name')].filter((part) => part !== '').join(' › ');
      counts.failures.push({ name, message: firstLine(attribute(broken, 'message') || attribute(broken, 'text')) });
    } else if (elements(test['skipped']).length > 0) counts.skipped++;
    else counts.passed++;
  }
  for (const inner of elements(suite['testsuite'])) countSuite(inner, counts);
}

function elements(value: unknown): Element[] {
  const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  // An element without attributes and children is read as a text.
  return list.map((one) => (typeof one === 'object' && one !== null ? (one as Element) : { text: one }));
}

function attribute(element: Element, name: string): string {
  const value = element[name];
  if (typeof value !== 'string') return '';
  // The parser leaves characters that are written as numbers (a line break in an attribute) as they are.
  return value.replaceAll(/&#(?:(\d{1,7})|x([0-9a-f]{1,6}));/gi, (written, decimal?: string, hex?: string) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
}
