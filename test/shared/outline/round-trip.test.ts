import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOutline, printOutline } from '../../../shared/outline/index.ts';
it('round trip', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('- a','\t- b','  - c','```','~~~~','# h','## k','','key:: v',' \r',':LOGBOOK:',':END:','- ```js','\ttext','#+BEGIN_QUOTE','x','-','\uFEFF','😀')), fc.constantFrom('\n','\r\n'), fc.boolean(), (l, e, n) => { const t=l.join(e)+(n?e:''); expect(printOutline(parseOutline(t))).toBe(t); }), {numRuns: 3000});
  fc.assert(fc.property(fc.string(), (t) => { expect(printOutline(parseOutline(t))).toBe(t); }), {numRuns: 2000});
});
