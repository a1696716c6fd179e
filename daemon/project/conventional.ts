import { CommitParser } from 'conventional-commits-parser';

/** What a commit message says of itself, as https://www.conventionalcommits.org has it. */
export interface ConventionalChange {
  /** `feat`, `fix` …, in small letters; empty for a message in no such form. */
  type: string;
  scope: string;
  /** The subject without type, scope and the number of a pull request at its end. */
  description: string;
  breaking: boolean;
  /** What breaks, in the words of the footer; empty when there are none. */
  breakingNote: string;
  /** The pull request it came with (`… (#12)`), or 0. */
  pullRequest: number;
  /** Other issues and pull requests that it names, in order. */
  references: number[];
}

const parser = new CommitParser({
  headerPattern: /^(\w+)(?:\(([^)]*)\))?!?:\s*(.+)$/,
  breakingHeaderPattern: /^(\w+)(?:\(([^)]*)\))?!:\s*(.+)$/,
  headerCorrespondence: ['type', 'scope', 'subject'],
  noteKeywords: ['BREAKING CHANGE', 'BREAKING-CHANGE'],
  issuePrefixes: ['#'],
});

/** An emoji before the type, itself or by its name (gitmoji). */
const EMOJI =
  /^(?::[\w+-]+:|\p{Extended_Pictographic}[\uFE0F\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}]*)\s*(?=\w+(?:\([^)]*\))?!?:\s)/u;

/** Footers that say who had a part in it, which stand after the note of what breaks. */
const TRAILER = /^[A-Za-z]+(?:-[A-Za-z]+)+: \S/;

/** Bodies beyond this say nothing that a changelog needs. */
const LONGEST_BODY = 20_000;

export function parseChange(subject: string, body: string): ConventionalChange {
  const header = subject.trim().replace(EMOJI, '') || '(no message)';
  const parsed = parser.parse(`${header}\n\n${body.slice(0, LONGEST_BODY)}`.trim());
  // A `!` in the header is a note too, whose text is the description again.
  const notes = parsed.notes.map(({ text }) => withoutTrailers(text)).filter((text) => text !== parsed['subject']);
  const pullRequest = Number(/\(#(\d+)\)\s*$/.exec(header)?.[1] ?? 0);
  const numbers = parsed.references.filter(({ owner }) => owner === null).map(({ issue }) => Number(issue));
  const subjectLine = parsed['subject'] ?? header;
  const description = subjectLine.replace(/\s*\(#\d+\)\s*$/, '') || subjectLine;
  return {
    type: parsed['type']?.toLowerCase() ?? '',
    scope: parsed['scope'] ?? '',
    description,
    breaking: parsed.notes.length > 0,
    breakingNote: notes.join('\n\n'),
    pullRequest,
    references: [...new Set(numbers)].filter((number) => Number.isInteger(number) && number !== pullRequest),
  };
}

/** Names and addresses of people at its end are not for those who read what breaks. */
function withoutTrailers(note: string): string {
  const lines = note.split(/\r?\n/);
  return lines
    .slice(0, lines.findLastIndex((line) => line.trim() !== '' && !TRAILER.test(line)) + 1)
    .join('\n')
    .trim();
}

/** The smallest step of the version that the changes allow (semver.org): breaking, a feature, anything else, nothing. */
export function levelFor(changes: readonly ConventionalChange[]): 'major' | 'minor' | 'patch' | 'none' {
  if (changes.some(({ breaking }) => breaking)) return 'major';
  if (changes.some(({ type }) => type === 'feat')) return 'minor';
  return changes.length > 0 ? 'patch' : 'none';
}
