/**
 * A page in short: a line is a node, `role Title | setting: value | …`, indented by two spaces under its parent. Without a
 * `workflow` line there is a header, called W. `¦` marks the place of a problem and is taken out.
 */
export function page(short: string): { text: string; marks: string[] } {
  const lines = short.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  const given = lines.map((line) => line.slice(margin));
  const all = /^¦?workflow\b/.test(given[0] ?? '') ? given : ['workflow W', ...given];
  const text = all.map(block).join('');
  const marks: string[] = [];
  const clean = text.split('\n').map((line, index) => {
    for (let at = line.indexOf('¦'); at !== -1; at = line.indexOf('¦')) {
      marks.push(`${index + 1}:${at + 1}`);
      line = line.slice(0, at) + line.slice(at + 1);
    }
    return line;
  });
  return { text: clean.join('\n'), marks };
}

function block(line: string): string {
  const indent = '\t'.repeat((line.length - line.trimStart().length) / 2);
  const [head, ...settings] = line.trim().split(' | ');
  const [, mark, role, title] = /^(¦?)(\S+) ?(.*)$/.exec(head!)!;
  const fence = settings.length > 0 ? ['```yaml', ...settings, '```'] : [];
  const macro = role === '-' ? '' : `${mark}{{renderer :stagebook, ${role}}} `;
  return [`${indent}- ${macro}${title}`.trimEnd(), ...fence.map((each) => `${indent}  ${each}`), ''].join('\n');
}
