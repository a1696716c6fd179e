const MARKER = /^(?:#{1,6}\s+)?(TODO|DOING|NOW|LATER|WAITING|WAIT|IN-PROGRESS|STARTED)(?:\s|$)/;
const DATED = /^[ \t]*(SCHEDULED|DEADLINE):\s*<(\d{4}-\d{2}-\d{2})[^>\n]*>/gm;
const DUE_WORDS = /(?:^|[\s(,;—–-])(?:due|deadline):?\s+(?:on\s+|by\s+)?(\d{4}-\d{2}-\d{2})\b/i;
const DAY = /^(\d{4}-\d{2}-\d{2})\b/;
/** `@ada`, `[[@Ada]]`, `#@ada`, `owner: Ada`; no address of mail. */
const OWNER_WORDS =
  /(?:^|[\s([#,;—–])@[\p{L}\p{N}_]|(?:^|[\s(,;—–])(?:owner|assignee|assigned to|responsible):\s*[^\s?),;]/iu;
const OWNER_KEYS = ['owner', 'owners', 'assignee', 'assigned', 'assigned-to', 'responsible', 'who'] as const;
const DUE_KEYS = ['deadline', 'due', 'due-date'] as const;

export interface TaskSeen {
  marker: string;
  text: string;
  due?: string;
  dueBy?: 'deadline' | 'scheduled';
  owned: boolean;
}

/** The open task that a block is, or undefined. `dayOf` reads a date as the graph names its journals. */
export function taskIn(
  content: string,
  properties: Readonly<Record<string, string>>,
  dayOf: (text: string) => string | undefined,
): TaskSeen | undefined {
  const marker = MARKER.exec(content)?.[1];
  if (marker === undefined) return undefined;
  let deadline: string | undefined;
  let scheduled: string | undefined;
  if (content.includes('<')) {
    for (const [, kind, day] of content.matchAll(DATED)) {
      if (kind === 'DEADLINE') deadline ??= day;
      else scheduled ??= day;
    }
  }
  for (const key of DUE_KEYS) if (properties[key] !== undefined) deadline ??= dayIn(properties[key], dayOf);
  if (properties.scheduled !== undefined) scheduled ??= dayIn(properties.scheduled, dayOf);
  const first = content.split('\n', 1)[0]!;
  deadline ??= DUE_WORDS.exec(first)?.[1];
  const due = deadline ?? scheduled;
  return {
    marker,
    text: first.replace(MARKER, '').trim(),
    ...(due !== undefined && { due, dueBy: deadline === undefined ? 'scheduled' : 'deadline' }),
    owned: OWNER_KEYS.some((key) => isSomebody(properties[key])) || (/[@:]/.test(content) && OWNER_WORDS.test(content)),
  };
}

/** A day as `YYYY-MM-DD`, written so or as a journal's name, in double brackets or not. */
export function dayIn(value: string, dayOf: (text: string) => string | undefined): string | undefined {
  const plain = /\[\[([^\]]+)\]\]/.exec(value)?.[1] ?? value.trim().replace(/^<(.*)>$/, '$1');
  return DAY.exec(plain)?.[1] ?? dayOf(plain.trim());
}

/** Whether a property names somebody. */
function isSomebody(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|\?+|-|–|tbd|tba|none|nobody|unknown|n\/a|unassigned|todo)$/i.test(value.trim());
}
