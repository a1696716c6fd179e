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

/** Bodies beyond this say nothing that a changelog needs. */
const LONGEST_BODY = 20_000;

export function parseChange(subject: string, body: string): ConventionalChange {
  const header = subject.trim() || '(no message)';
  const parsed = parser.parse(`${header}\n\n${body.slice(0, LONGEST_BODY)}`.trim());
  const note = parsed.notes[0]?.text.trim() ?? '';
  const pullRequest = Number(/\(#(\d+)\)\s*$/.exec(header)?.[1] ?? 0);
  const numbers = parsed.references.filter(({ owner }) => owner === null).map(({ issue }) => Number(issue));
  const subjectLine = parsed['subject'] ?? header;
  const description = subjectLine.replace(/\s*\(#\d+\)\s*$/, '') || subjectLine;
  return {
    type: parsed['type']?.toLowerCase() ?? '',
    scope: parsed['scope'] ?? '',
    description,
    breaking: parsed.notes.length > 0,
    // A `!` in the header is a note too, whose text is the description again.
    breakingNote: note === parsed['subject'] ? '' : note,
    pullRequest,
    references: [...new Set(numbers)].filter((number) => Number.isInteger(number) && number !== pullRequest),
  };
}

/** The smallest step of the version that the changes allow (semver.org): breaking, a feature, anything else, nothing. */
export function levelFor(changes: readonly ConventionalChange[]): 'major' | 'minor' | 'patch' | 'none' {
  if (changes.some(({ breaking }) => breaking)) return 'major';
  if (changes.some(({ type }) => type === 'feat')) return 'minor';
  return changes.length > 0 ? 'patch' : 'none';
}
