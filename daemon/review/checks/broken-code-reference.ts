import { defineCheck, eachPage } from '../check.ts';

export const brokenCodeReference = defineCheck({
  check: 'broken-code-reference',
  title: 'Names of code that is not there',
  explanation:
    'The file moved or became shorter, or there is no such pull request: what the page says about it may be of long ago.',
  severity: 'warning',
  run: eachPage(function* (page, { ports }) {
    const { repositories } = ports;
    if (!repositories || page.code.length === 0) return;
    const told = new Set<string>();
    for (const { kind, name, line, place } of page.code) {
      const about = line === undefined ? name : `${name}:${line}`;
      if (kind === 'symbol' || place.template || told.has(about)) continue;
      told.add(about);
      if (kind === 'pull') {
        if (repositories.pull?.(name) === false)
          yield { page, place, about, message: `There is no pull request ${name}.` };
        continue;
      }
      const file = repositories.file(name);
      if (file === undefined && name.includes('/')) {
        yield { page, place, about, message: `No configured repository has a file ${name}. Say where it is now.` };
      } else if (file && line !== undefined && line > file.lines) {
        yield { page, place, about, message: `${name} has ${file.lines} lines, and the page names line ${line}.` };
      }
    }
  }),
});
