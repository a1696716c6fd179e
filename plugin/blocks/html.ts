/**
 * HTML for blocks. Whatever is put into the template is text and is escaped, unless it was itself made here: titles,
 * outputs and log lines come from anywhere (logseq.md: the host's own sanitising leaves images and forms).
 */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | undefined | false | null | readonly Part[];

export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0]!;
  for (const [index, part] of parts.entries()) text += write(part) + strings[index + 1]!;
  return { html: text };
}

/** Only for what is written in this source: icons. */
export function trusted(text: string): Html {
  return { html: text };
}

export const NOTHING: Html = { html: '' };

function write(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (typeof part === 'string') return escape(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map(write).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '{': '&#123;',
  '}': '&#125;',
};

/** For element content and quoted attributes. Control characters, which no reader can see, become a space. */
export function escape(text: string): string {
  return text
    .replace(/[&<>"'`{}]/g, (char) => ESCAPES[char]!)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');
}

const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A text of unknown origin and length on one line: at most so many characters, no half of a pair at its end, and without
 * the marks that turn the direction of what follows. The element around it isolates its own direction.
 */
export function clip(text: string, most: number): string {
  const line = text
    .slice(0, most * 4)
    .replace(BIDI, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= most) return line.length < text.trim().length && text.length > most * 4 ? `${line}…` : line;
  return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
