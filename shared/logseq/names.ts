/**
 * How a DB graph can hold any page name. A name with slashes is a page under pages there, whose parts are trimmed and of
 * which empty ones are dropped; a `#` is refused. An invisible mark keeps the parts, and a look-alike stands for the `#`.
 */
const MARK = '\u200B';
const HASH = '＃';

/** The name to ask Logseq for. */
export function toDbName(name: string): string {
  return name
    .trim()
    .normalize('NFC')
    .replaceAll('#', HASH)
    .split('/')
    .map((part) =>
      part.trim() === part && part !== ''
        ? part
        : `${/^\s|^$/.test(part) ? MARK : ''}${part}${/\s$/.test(part) ? MARK : ''}`,
    )
    .join('/');
}

/** The name that `toDbName` was given. */
export function fromDbName(name: string): string {
  return name.replaceAll(MARK, '').replaceAll(HASH, '#');
}
