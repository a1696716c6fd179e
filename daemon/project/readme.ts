export interface Fence {
  language: string;
  code: string;
  /** Of the line after the opening mark, from 1. */
  line: number;
}

/** Every fenced block of a Markdown text, in order, with the indentation of its mark taken away. */
export function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let open: { mark: string; indent: string; language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const mark = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)/.exec(line);
    if (open === undefined) {
      if (mark)
        open = {
          mark: mark[2] ?? '',
          indent: mark[1] ?? '',
          language: (mark[3] ?? '').toLowerCase(),
          line: index + 2,
          lines: [],
        };
    } else if (mark?.[2]?.startsWith(open.mark) && line.trim() === mark[2]) {
      found.push({ language: open.language, code: `${open.lines.join('\n')}\n`, line: open.line });
      open = undefined;
    } else open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
  }
  return found;
}

const RUNS: Record<string, 'node' | 'python'> = {
  js: 'node',
  javascript: 'node',
  mjs: 'node',
  cjs: 'node',
  node: 'node',
  py: 'python',
  python: 'python',
  python3: 'python',
  pycon: 'python',
};

/** The first example that can be run as it stands; of a Python session (`>>> `) what a person typed. */
export function firstExample(text: string): { language: 'node' | 'python'; code: string; line: number } | undefined {
  for (const fence of fences(text)) {
    const language = RUNS[fence.language];
    if (language === undefined) continue;
    return { language, code: fence.code.startsWith('>>> ') ? typed(fence.code) : fence.code, line: fence.line };
  }
  return undefined;
}

function typed(session: string): string {
  const lines = session.split('\n').filter((line) => /^(>>>|\.\.\.)( |$)/.test(line));
  return `${lines.map((line) => line.slice(4)).join('\n')}\n`;
}

/**
 * The text with the new version where it names the old one as this package's: in badges, in install lines
 * (`name@1.0.0`, `name==1.0.0`) and in dependency lists (`"name": "^1.0.0"`). Other mentions of the number stay.
 */
export function updateVersion(text: string, name: string, from: string, to: string): { text: string; count: number } {
  let count = 0;
  const replace = (line: string, pattern: RegExp, by: string) =>
    line.replaceAll(pattern, (_, before: string) => {
      count++;
      return before + by;
    });
  const end = '(?![\\w.+-]*\\d)';
  const own = escape(name);
  // In a badge of shields.io a dash is written twice.
  const [badgeFrom, badgeTo] = [from, to].map((version) => version.replaceAll('-', '--'));
  const badge = new RegExp(
    `(badge/[^\\s)"]*?-v?|badge/v?|[?&](?:version|v)=v?|/v?)${escape(badgeFrom ?? '')}(?=[-\\s)"'&./?]|$)`,
    'g',
  );
  const install = new RegExp(`(${own}(?:\\[[\\w,-]*\\])?\\s*(?:@|[=~^><]=)\\s*[v^~]?)${escape(from)}${end}`, 'g');
  const dependency = new RegExp(`(["']${own}["']\\s*:\\s*["'][v^~>=<\\s]*)${escape(from)}${end}`, 'g');
  const lines = text.split('\n').map((line) => {
    const badged = /badge|shields\.io/i.test(line) ? replace(line, badge, badgeTo ?? '') : line;
    return replace(replace(badged, install, to), dependency, to);
  });
  return { text: lines.join('\n'), count };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
