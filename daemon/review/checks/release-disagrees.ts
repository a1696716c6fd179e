import { defineCheck, type Found, type ReleaseStanding } from '../check.ts';
import { typeOf, word } from '../page-types.ts';

/** So many are asked about at once. */
const AT_ONCE = 4;

export const releaseDisagrees = defineCheck({
  check: 'release-disagrees',
  title: 'Releases whose page says otherwise than the registry or the tags',
  explanation: 'Registry and tag are facts of their own: a page that says otherwise sends people to what is not there.',
  severity: 'error',
  async run({ graph, ports, note }): Promise<Found[]> {
    const pages = [...graph.reviewedHaving('type')].filter(
      (page) =>
        page.kind === 'page' && typeOf(page) === 'release' && page.properties.package && page.properties.version,
    );
    if (pages.length === 0) return [];
    const { release } = ports;
    if (!release) {
      note(
        'Release pages were not compared with registries and tags: nobody here may be asked. Set review.outside to true in config.yaml.',
      );
      return [];
    }
    const found: Found[] = [];
    let unanswered = 0;
    for (let at = 0; at < pages.length; at += AT_ONCE) {
      await Promise.all(
        pages.slice(at, at + AT_ONCE).map(async (page) => {
          const { package: name, version, tag, ecosystem, repository, status } = page.properties;
          const is = await release({ package: name!, version: version!, tag, ecosystem, repository }).catch(() => null);
          if (!is || (is.registry === null && is.tag === null)) unanswered += 1;
          else for (const [about, message] of differences(word(status), is)) found.push({ page, about, message });
        }),
      );
    }
    if (unanswered > 0) note(`Of ${unanswered} release pages nobody could say what the registry and the tags have.`);
    return found;
  },
});

function* differences(status: string, { registry, tag }: ReleaseStanding): Iterable<[about: string, message: string]> {
  if (status === 'published') {
    if (registry === false)
      yield ['registry', 'The page says that it is published, and the registry does not have it.'];
    if (tag === false)
      yield ['tag', 'The page says that it is published, and there is no tag of it. Reconcile the release.'];
  } else if ((status === 'planned' || status === 'rejected') && registry === true) {
    yield ['registry', `The page says that it is ${status}, and the registry has it. Reconcile the release.`];
  } else if (status === 'yanked' && registry === true) {
    yield ['registry', 'The page says that it was yanked, and the registry still has it.'];
  }
}
