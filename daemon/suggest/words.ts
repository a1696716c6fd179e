import type { Subject } from './subject.ts';

/** Words that stand in any text. */
const COMMON = new Set(
  'a an the and or of to in on at for with by from is are was were be been it its this that these those as we i you our my your he she they them has have had not no so if then than into after before when who which what all any more most each below above via per'.split(
    ' ',
  ),
);

/** What a model sees of a subject: its words, their pairs, and the parts of its path, each once. */
export function featuresOf({ kind, text, path }: Subject): string[] {
  const words = wordsOf(text);
  const features = new Set([`kind ${kind}`, ...words]);
  for (const [index, word] of words.entries()) if (index > 0) features.add(`${words[index - 1]} ${word}`);
  if (path !== undefined) {
    const parts = path.toLowerCase().split('/').filter(Boolean);
    for (const part of parts.slice(0, -1)) features.add(`folder ${part}`);
    const name = parts.at(-1) ?? '';
    if (/\.\w+$/.test(name)) features.add(`ending ${name.slice(name.lastIndexOf('.'))}`);
    for (const word of wordsOf(name.replace(/\.\w+$/, ''))) features.add(word);
  }
  return [...features];
}

/** The words of a text without their endings, as features have them. */
export function wordsOf(text: string): string[] {
  return [...writtenWords(text)].map(({ stem }) => stem);
}

/** As a feature was written in the text it comes from, for people to read. */
export function writtenAs(feature: string, { text, path = '' }: Subject): string {
  const written = new Map([...writtenWords(`${path} ${text}`)].toReversed().map(({ stem, word }) => [stem, word]));
  return feature
    .split(' ')
    .map((part) => written.get(part) ?? STANDS_FOR[part] ?? part)
    .join(' ');
}

const STANDS_FOR: Readonly<Record<string, string>> = {
  versionnumb: 'a version',
  httperror: 'an HTTP error',
  issuenumb: 'a number of an issue',
};

/** In lower case, names taken apart (`HighErrorRate`), numbers and versions by what they are. */
function* writtenWords(text: string): Generator<{ word: string; stem: string }> {
  const apart = text
    .slice(0, 20_000)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/\bv?\d+\.\d+(\.\d+)?(-[\w.]+)?\b/g, ' versionnumb ')
    .replaceAll(/\b[45]\d\d\b/g, ' httperror ')
    .replaceAll(/#\d+\b/g, ' issuenumb ')
    .replaceAll(/\d+/g, ' ');
  for (const [word] of apart.matchAll(/\p{L}+/gu)) {
    if (word.length > 1 && !COMMON.has(word)) yield { word: STANDS_FOR[word] ?? word, stem: stemOf(word) };
  }
}

/** Cuts off what English words end with, so that `publishing` and `publish` are one. */
function stemOf(word: string): string {
  if (Object.hasOwn(STANDS_FOR, word)) return word;
  if (word.length < 5) return word.replace(/(?<=..)s$/, '');
  return word
    .replace(/(ies|ied)$/, 'y')
    .replace(/(ations?|ings?|edly|ed|ers?|es|s|ly)$/, (end, _g, at: number) => (at < 3 ? end : ''));
}
