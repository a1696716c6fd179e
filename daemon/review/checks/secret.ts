import type { Change } from '../../graph/graph.ts';
import type { PageFacts, SecretSeen } from '../../graph-index/facts.ts';
import { defineCheck, toldApart } from '../check.ts';
import type { Fix } from '../finding.ts';

const HIDDEN = '‹secret›';

export const secret = defineCheck({
  check: 'secret',
  title: 'Secrets written into pages',
  explanation:
    'Everybody who reads, syncs or backs up the graph has them. Change them where they are valid; taking them off the page is not enough.',
  severity: 'error',
  onPage(page) {
    const apart = toldApart();
    return page.secrets.map((seen) => {
      const { kind, place } = seen;
      return {
        page,
        place,
        about: apart(`${kind}: ${around(page, seen)}`),
        message: `This looks like ${kind}. Make it invalid where it is used, and keep the new one in the keychain.`,
        fix: hide(page, seen),
      };
    });
  },
});

/** What stands around a secret, by which it is told from others of its kind: nothing is made of the secret itself. */
function around(page: PageFacts, { property, place }: SecretSeen): string {
  let text = property === undefined ? place.content : `${property}:: ${place.properties[property] ?? ''}`;
  const lead = property === undefined ? 0 : property.length + 3;
  const all = page.secrets.filter((other) => other.place === place && other.property === property);
  for (const { from, to } of all.toSorted((one, other) => other.from - one.from)) {
    text = text.slice(0, lead + from) + HIDDEN + text.slice(lead + to);
  }
  return text.slice(0, 200);
}

function hide(page: PageFacts, { from, to, property, place }: SecretSeen): Fix {
  const without = (text: string): string => text.slice(0, from) + HIDDEN + text.slice(to);
  const properties = property === undefined ? undefined : { [property]: without(place.properties[property] ?? '') };
  const change: Change =
    place.ref === null
      ? { kind: 'properties', properties: properties ?? {} }
      : {
          kind: 'update',
          ref: place.ref,
          content: properties ? place.content : without(place.content),
          ...(properties && { properties }),
        };
  return { title: 'Take it off the page', pages: [{ page: page.name, revision: page.revision, changes: [change] }] };
}
