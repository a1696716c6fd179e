import { z } from 'zod';
import { featureDesignData } from '../../shared/feature-page.ts';
import type { Json } from '../../shared/json.ts';
import { announcementData, releaseData } from '../../shared/release-page.ts';
import { defineAction, type Action, type ActionContext } from './action.ts';

const output = z.object({ page: z.string().meta({ description: 'The name of the page.' }) });
type Output = z.infer<typeof output>;

/**
 * A page is computed from the run and what the step gives along, and writing it again changes nothing: whether an
 * interrupted try was queued needs no finding out, it is queued (again).
 */
const writePage = <I>(name: string, kind: string, input: z.ZodType<I>, summary: string): Action<I, Output> =>
  defineAction({
    name,
    summary,
    effect: 'write',
    needsGraph: true,
    input,
    output,
    run: (data, context) => context.services.pages.write(kind, data as Json),
    verify: () => Promise.resolve({ is: 'not-done' }),
  });

export const pageWriteRelease = writePage(
  'page.write_release',
  'release',
  releaseData,
  'Writes or updates the page of a release in the graph.',
);

export const pageWriteAnnouncement = writePage(
  'page.write_announcement',
  'announcement',
  announcementData,
  'Writes or updates the announcement page of a release in the graph.',
);

export const pageWriteFeatureDesign = writePage(
  'page.write_feature_design',
  'feature-design',
  featureDesignData,
  'Writes or updates the design page of a feature in the graph.',
);

const appendInput = z.strictObject({
  page: z.string().min(1),
  content: z.string().min(1).meta({ description: 'Markdown of one block.' }),
});

export const pageAppend = defineAction<z.infer<typeof appendInput>, Output>({
  name: 'page.append',
  summary: 'Adds a block at the end of a page in the graph.',
  effect: 'write',
  needsGraph: true,
  input: appendInput,
  output,
  run: ({ page, content }, context) => context.services.pages.append(page, content, blockKey(context)),
  // The block has a key of its own: it is added once, however often it is asked for.
  verify: () => Promise.resolve({ is: 'not-done' }),
});

/** The same in every epoch, so that a step that is repeated by `--from` finds its block. */
function blockKey({ key, earlierKeys }: ActionContext): string {
  return earlierKeys[0] ?? key;
}

const readInput = z.strictObject({
  page: z.string().min(1),
  section: z.string().min(1).optional().meta({ description: 'A part of the page by its name: `notes` of a release.' }),
});
const readOutput = z.object({ found: z.boolean(), page: z.string(), text: z.string() });

export const pageRead = defineAction<z.infer<typeof readInput>, z.infer<typeof readOutput>>({
  name: 'page.read',
  summary: 'Reads a page of the graph, or one part of it, as it stands now.',
  effect: 'read',
  taints: true,
  input: readInput,
  output: readOutput,
  async run({ page, section }, { services: { pages } }) {
    const found = section === undefined ? await pages.read(page) : await pages.section(page, section);
    return found ? { found: true, ...found } : { found: false, page, text: '' };
  },
});
