/**
 * Text from outside as Logseq Markdown. Titles, messages, outputs and commit subjects are hostile (security.md): on a page
 * they must read as what they are and do nothing. What Logseq's parser makes of each result is what the tests hold.
 */

/** Characters that change how text is shown without being seen: control codes, direction overrides, zero-width marks. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g;
const WEB_ADDRESS = /https?:\/\/[A-Za-z0-9][A-Za-z0-9\-._~:/?#@!&'*+,;=%]*[A-Za-z0-9/]/g;
const MARKER = /^(?=(?:TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|CANCELED|CANCELLED|STARTED|IN-PROGRESS)(?:\s|$))/;
const LIMIT = 500;
/** Invisible. Keeps two characters apart where mldoc knows no escape: it ends a formula at `\\\\]`, an escaped backslash. */
const JOINER = '\u2060';

/** Any text as one line of plain words: nothing in it is a link, tag, macro, task, property or markup. Web addresses stay. */
export function plain(text: string, limit = LIMIT): string {
  const line = oneLine(text, limit);
  let result = '';
  let last = 0;
  for (const { 0: address, index } of line.matchAll(WEB_ADDRESS)) {
    if (/[\p{L}\p{N}]/u.test(line[index - 1] ?? '')) continue;
    result += escapeAll(line.slice(last, index)) + address;
    last = index + address.length;
  }
  return atStart(result + escapeAll(line.slice(last)));
}

/**
 * A short value as inline code: shown letter by letter. Backticks are shown as apostrophes. Logseq runs no macro in code;
 * two braces are parted all the same, for whoever searches a page for macros without reading its Markdown.
 */
export function code(text: string, limit = LIMIT): string {
  const line = oneLine(text, limit)
    .replaceAll('`', "'")
    .replace(/\{(?=\{)/g, `{${JOINER}`)
    // At a block's start this would be a property, even in code.
    .replace(/^\S*?:(?=:(?:\s|$))/, `$&${JOINER}`);
  return line === '' ? '–' : `\`${line}\``;
}

const MOST_LINES = 100;

/** Lines of any text, shown letter by letter. A line of it that would end the fence gets an invisible character first. */
export function fence(text: string, language = 'text', limit = 8_000): string {
  const all = shorten(text, limit).split(/\r\n?|\n/);
  const lines = all.slice(0, MOST_LINES).map((line) =>
    line
      .replace(UNSEEN, (seen) => (seen === '\t' ? '\t' : ' '))
      .replace(/^(\s*)(?=```|~~~)/, `$1${JOINER}`)
      .replace(/\{(?=\{)/g, `{${JOINER}`),
  );
  if (all.length > MOST_LINES) lines.push(`… and ${all.length - MOST_LINES} more lines`);
  return [`\`\`\`${language.replace(/[^a-z0-9+-]/gi, '')}`, ...lines, '```'].join('\n');
}

/**
 * One line of Markdown by somebody else, as in release notes: emphasis, code and web links work; Logseq's links, tags, macros,
 * properties, HTML and pictures (which would be fetched) do not.
 */
export function markdown(text: string, limit = 2_000): string {
  const line = oneLine(text, limit);
  const kept =
    /`(?:[^`\\:]|\\(?![)\]])|:(?!:))+`|(?<![!\\])\[(?:[^[\]`\\^<:]|:(?!:))*\]\(https?:\/\/[^\s()<>[\]{}`]+\)/g;
  let result = '';
  let last = 0;
  for (const { 0: part, index } of line.matchAll(kept)) {
    result += escapeLogseq(line.slice(last, index)) + part;
    last = index + part.length;
  }
  return atStart(result + escapeLogseq(line.slice(last)));
}

/**
 * A block of Logseq Markdown by a workflow's author, into which values from outside were filled: links, tags and tasks work,
 * but nothing in it is a macro or a property.
 */
export function authored(content: string): string {
  let fenced = false;
  return content
    .toWellFormed()
    .split('\n')
    .map((line) => {
      const isMark = /^\s*(?:```|~~~)/.test(line);
      if (isMark) fenced = !fenced;
      return fenced || isMark ? line : line.replace(/(?<=\{)\{|\{(?=\{)|(?<=:):/g, '\\$&');
    })
    .join('\n');
}

/** Takes back what `plain` and `markdown` escaped, so that text from a page can go elsewhere. */
export function unescaped(text: string): string {
  return text
    .replaceAll(JOINER, '')
    .replace(/`[^`]*`|\\([\\`*_{}[\]()#+\-.!|<>~^=$@:])|\\(?=[A-Z])/g, (whole, char?: string) =>
      whole.startsWith('`') ? whole : (char ?? ''),
    );
}

/** A link to a page. */
export function link(page: string): string {
  return `[[${page}]]`;
}

/** A link to the web with a text of ours; only the text when the address is no plain http(s) address. */
export function webLink(label: string, address: string): string {
  return isPlainAddress(address) ? `[${plain(label)}](${address})` : `${plain(label)} (${code(address)})`;
}

/** The same in a property, where Logseq looks for links and tags in code too: what is no plain address is only words. */
export function propertyLink(label: string, address: string): string {
  return isPlainAddress(address) ? webLink(label, address) : `${plain(label)} (${plain(address)})`;
}

function isPlainAddress(address: string): boolean {
  return /^https?:\/\/[^\s()<>[\]{}`\\]+$/.test(address);
}

/** A piece of a page's name: no characters that would break a link to it or make a namespace. */
export function nameOf(text: string, limit = 80): string {
  const clean = oneLine(text, 1_000)
    .normalize('NFC')
    .replaceAll('::', ':')
    .replace(/[[\]{}()#|^\\/`"<>*?]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+/, '');
  const short = [...clean].slice(0, limit).join('').trim();
  return short === '' ? 'untitled' : short;
}

/** A cell of a table: mldoc knows no escape for the bar, so it is shown as a broken one. */
export function cell(text: string): string {
  return text.replaceAll('|', '¦');
}

function oneLine(text: string, limit: number): string {
  return shorten(text.toWellFormed().replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim(), limit);
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit).toWellFormed().trimEnd()}…`;
}

function escapeAll(text: string): string {
  return text
    .replace(/\\(?=[\])])/g, `\\${JOINER}`)
    .replace(/[\\`*[#$]|<(?=\S)|(?<=\{)\{|\{(?=\{)|(?<=\()\(|\((?=\()|(?<=:):/g, '\\$&')
    .replace(/([~^@=])(?=\1)|(?<=([~^@=]))\2|\^(?=\{)/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

function escapeLogseq(text: string): string {
  return text
    .replace(/\\(?=[\])])/g, `\\${JOINER}`)
    .replace(/[\\`[#<$@]|(?<=\{)\{|\{(?=\{)|(?<=\()\(|\((?=\()|(?<=:):/g, '\\$&')
    .replace(/\^(?=[\^{])|(?<=\^)\^|=(?==)|(?<==)=|_(?=\{)/g, '\\$&');
}

/** What means something only at the start of a block. */
function atStart(line: string): string {
  return (
    line
      .replace(MARKER, '\\')
      // A link to a pull request of one digit would be a priority.
      .replace(/^(?=\[#.\])/u, JOINER)
      .replace(/^[>+-]/, '\\$&')
  );
}
