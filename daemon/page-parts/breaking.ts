import type { AnnouncementData, ReleaseData } from '../../shared/release-page.ts';
import type { NoteGroup } from './notes.ts';
import type { DocBlock } from '../pages/page.ts';
import { readNotes } from './notes.ts';
import { markdown, plain } from './text.ts';

const MARK = /^\*\*Breaking:\*\*\s*/i;

/** What breaks and how to migrate: as the step says, else what the notes mark as breaking. */
export function breakingBlocks({ breaking, notes }: ReleaseData | AnnouncementData, key: string): DocBlock[] {
  const told = breaking?.map((item) => (typeof item === 'string' ? { what: item, migration: undefined } : item));
  const items = told ?? markedBreaking(readNotes(notes ?? ''));
  if (items.length === 0) return [{ key: `${key}/none`, content: 'None.' }];
  return items.map(({ what, migration }, i) => ({
    key: `${key}/${i}`,
    content: markdown(what),
    ...(migration && { children: [{ key: `${key}/${i}/how`, content: `Migration: ${markdown(migration)}` }] }),
  }));
}

function markedBreaking(groups: readonly NoteGroup[]): { what: string; migration: string | undefined }[] {
  return groups
    .flatMap(({ entries }) => entries)
    .filter((entry) => MARK.test(entry))
    .map((entry) => {
      const [what = '', ...more] = entry.replace(MARK, '').split('\n');
      return { what, migration: more.length > 0 ? more.join(' ') : undefined };
    });
}

/** Whether anything breaks. */
function breaks(data: ReleaseData | AnnouncementData): boolean {
  return !breakingBlocks(data, 'breaking').some(({ key }) => key.endsWith('/none'));
}

/** The first words of the notes' entries in some groups, for a summary. */
export function entriesOf(notes: string | null | undefined, titles: readonly string[]): string[] {
  return readNotes(notes ?? '')
    .filter(({ title }) => titles.includes(title.toLowerCase()))
    .flatMap(({ entries }) => entries.map((entry) => entry.split('\n')[0]!));
}

/** The sentence on who should upgrade that follows from what the release contains. */
export function whoUpgrades(data: ReleaseData): string {
  if (data.upgrade) return markdown(data.upgrade);
  const what = `${plain(data.package)} ${plain(data.version)}`;
  const has = (...groups: string[]): boolean => entriesOf(data.notes, groups).length > 0;
  if (has('security')) return `Everybody who uses ${plain(data.package)} should upgrade: ${what} fixes a weakness.`;
  if (!has('added', 'changed', 'deprecated', 'removed', 'fixed') && !breaks(data))
    return `Nobody has to upgrade: ${what} has no notable changes.`;
  const verb = has('fixed') ? (has('added', 'changed') ? 'adds or fixes' : 'fixes') : 'adds';
  return `Whoever needs what ${what} ${verb} should upgrade${breaks(data) ? ', after reading what breaks' : '; no change is marked as breaking'}.`;
}
