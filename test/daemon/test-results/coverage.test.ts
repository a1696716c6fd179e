import { describe, expect, it } from 'vitest';
import { readCoverage } from '../../../daemon/test-results/coverage.ts';

describe('the share of lines that ran', () => {
  it.each([
    ['lcov', 'TN:\nSF:a.js\nDA:1,1\nDA:2,0\nLF:4\nLH:3\nend_of_record\nSF:b.js\nLF:6\nLH:5\nend_of_record\n', 80],
    ['lcov without sums', 'SF:a.js\nDA:1,5\nDA:2,0\nDA:3,1\nDA:4,0\nend_of_record\n', 50],
    [
      'Cobertura',
      '<?xml version="1.0"?><!DOCTYPE coverage SYSTEM "x.dtd">\n<coverage lines-valid="1000" lines-covered="799" line-rate="0.8" version="1"><packages/></coverage>',
      79.9,
    ],
    ['Cobertura with a rate only', '<coverage line-rate="0.75" branch-rate="0"/>', 75],
    ['the JSON summary', '{"total":{"lines":{"total":3,"covered":2,"skipped":0,"pct":66.66}}}', (2 / 3) * 100],
    ['coverage.py', '{"totals":{"covered_lines":9,"num_statements":10,"percent_covered":90.0}}', 90],
    ['a package without code', '{"total":{"lines":{"total":0,"covered":0,"pct":"Unknown"}}}', 100],
  ])('is read from %s', (_, text, expected) => {
    expect(readCoverage(text)).toBeCloseTo(expected, 10);
  });

  it('is never rounded up to a limit', () => {
    const text = `{"total":{"lines":{"total":100000,"covered":79999,"pct":80}}}`;
    expect(readCoverage(text)).toBeLessThan(80);
  });

  it('is not there in anything else', () => {
    for (const text of ['', '{}', '[1]', '<html/>', 'SF: but no end', '<coverage/>', '<coverage line-rate="many"/>'])
      expect(readCoverage(text)).toBeUndefined();
  });
});
