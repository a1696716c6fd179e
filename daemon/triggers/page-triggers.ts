import { fail } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { resolveTemplate } from '../../shared/workflow/expression.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { Clock } from '../clock.ts';
import type { Scheduled } from '../engine/cron-triggers.ts';
import type { Engine } from '../engine/engine.ts';

/** A workflow that starts when a page gets a tag (language.md, Starting by itself), of a graph whose pages it waits for. */
export type PageListening = Scheduled & { graph: string };

/** A page that has a tag. */
export interface TaggedPage {
  name: string;
  properties: Record<string, string>;
}

/** The pages of a graph that have a tag. */
export interface Tagged {
  pages: TaggedPage[];
  /** Names of those that cannot be read just now: nobody can say whether they have it. */
  unread: string[];
}

export interface PageTriggersOptions {
  engine: Pick<Engine, 'start' | 'trusted'>;
  clock: Clock;
  /** The pages of a graph that have this tag now. */
  tagged(graph: string, tag: string): Promise<Tagged>;
  /** Pages that were seen with a tag, kept over restarts. */
  marks: { get(name: string): string[] | undefined; set(name: string, pages: string[]): Promise<void> };
  onProblem(title: string, error: unknown): void;
}

/**
 * Looks once, and starts trusted workflows whose tag a page got since the last look. Pages that had it before anybody listened
 * start nothing; one that loses it and gets it again does. In the trigger's inputs, `alert` is `{page, tag, properties}`. What
 * goes wrong is told, and never thrown.
 */
export async function startByTags(listening: readonly PageListening[], options: PageTriggersOptions): Promise<void> {
  for (const each of listening) {
    if (!options.engine.trusted(each.hash)) continue;
    for (const trigger of triggersOf(each.definition)) {
      await look(each, trigger, options).catch((error: unknown) =>
        options.onProblem(each.definition.header.title, error),
      );
    }
  }
}

async function look(
  { hash, definition, graph, page: own, pages: called }: PageListening,
  trigger: PageTrigger,
  { engine, clock, tagged, marks, onProblem }: PageTriggersOptions,
): Promise<void> {
  const name = `page-trigger:${hash}:${graph}:${trigger.page}`;
  const { pages, unread } = await tagged(graph, trigger.page);
  const before = marks.get(name);
  // What cannot be read stands as it was: it has neither lost its tag nor got it.
  const asBefore = before ? unread.filter((page) => before.includes(page)) : unread;
  const now = [...pages.map((page) => page.name), ...asBefore];
  if (before?.length === now.length && now.every((page) => before.includes(page))) return;
  // The mark first: a start is then at most once.
  await marks.set(name, now);
  if (!before) return;
  for (const page of pages.filter((each) => !before.includes(each.name))) {
    try {
      const alert: JsonObject = { page: page.name, tag: trigger.page, properties: page.properties };
      const given = resolveTemplate(trigger.inputs, () => ({ alert })) as JsonObject;
      const { values, problems } = readInputs(definition, given);
      if (problems[0]) throw fail('invalid', problems[0].code, problems[0].message);
      await engine.start({
        definition,
        inputs: values,
        by: { kind: 'system', name: `page ${page.name} #${trigger.page}` },
        idempotencyKey: `${name}:${page.name}:${clock.now()}`,
        trigger: true,
        graph,
        ...(own === undefined ? {} : { page: own }),
        ...(called ? { pages: called } : {}),
      });
    } catch (error) {
      onProblem(definition.header.title, error);
    }
  }
}

interface PageTrigger {
  page: string;
  inputs: Json;
}

function triggersOf({ header }: Definition): PageTrigger[] {
  const { triggers } = header.settings;
  return (Array.isArray(triggers) ? triggers : []).flatMap((trigger) =>
    isObject(trigger) && typeof trigger.page === 'string'
      ? [{ page: trigger.page.replace(/^#/, ''), inputs: isObject(trigger.inputs) ? trigger.inputs : {} }]
      : [],
  );
}
