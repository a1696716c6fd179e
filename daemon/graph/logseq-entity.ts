import { z } from 'zod';
import { fail } from '../../shared/failure.ts';

/** A block as Logseq gives it. Of what it gives, only what we need; the rest differs between hosts. */
export interface HostBlock {
  uuid: string;
  /** File graphs and older DB graphs. */
  content?: string | undefined;
  /** DB graphs: references are uuids in it. */
  title?: string | undefined;
  'preBlock?'?: boolean | undefined;
  'collapsed?'?: boolean | undefined;
  children?: HostBlock[] | undefined;
  [key: string]: unknown;
}

const block: z.ZodType<HostBlock> = z.looseObject({
  uuid: z.string(),
  content: z.string().optional().catch(undefined),
  title: z.string().optional().catch(undefined),
  'preBlock?': z.boolean().optional().catch(undefined),
  'collapsed?': z.boolean().optional().catch(undefined),
  get children() {
    return z.array(block).optional();
  },
});

const page = z.looseObject({
  id: z.number(),
  uuid: z.string(),
  name: z.string().optional(),
  originalName: z.string().optional(),
  title: z.string().optional(),
  /** DB graphs: the page that this one is under. */
  parent: z
    .union([z.number(), z.object({ id: z.number() }).transform(({ id }) => id)])
    .optional()
    .catch(undefined),
});

export type HostPageEntity = z.infer<typeof page>;

/** The answer of a call as a page; null for none. Throws `graph.host_error` for what is no page. */
export function toPage(answer: unknown): HostPageEntity | null {
  return answer === null || answer === undefined ? null : parse(page, answer, 'a page');
}

/** The answer of a call as a tree of blocks; empty for none. */
export function toBlocks(answer: unknown): HostBlock[] {
  return answer === null || answer === undefined ? [] : parse(z.array(block), answer, 'blocks');
}

/** The uuid of a block that was made. */
export function toUuid(answer: unknown): string {
  return parse(z.looseObject({ uuid: z.string() }), answer, 'a block').uuid;
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw fail(
    'invalid',
    'graph.host_error',
    `Logseq answered with something else than ${what}. Update Logseq, or write the graph's folder instead.`,
  );
}
