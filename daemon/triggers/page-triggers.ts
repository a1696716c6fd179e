import { fail } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { resolveTemplate } from '../../shared/workflow/expression.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';

/** A workflow that starts when a page gets a tag (language.md, Starting by itself). */
export interface PageListening {
  hash: string;
  definition: Definition;
  /** The folder of the graph whose pages it waits for. */
  graph: string;
}

/** A page that has a tag. */
export interface TaggedPage {
  name: string;
  properties: Record<string, string>;
}

export interface PageTriggersOptions {
  engine: Pick<Engine, 'start' | 'trusted'>;
  clock: Clock;
  /** The pages of a graph that have this tag now. */
  tagged(graph: string, tag: string): Promise<TaggedPage[]>;
  /** Pages that were seen with a tag, kept over restarts. */
  marks: { get(name: string): string[] | undefined; set(name: string, pages: string[]): Promise<void> };
  onProblem(title: string, error: unknown): void;
}

/** How often graphs are looked at, in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Starts trusted workflows when a page gets their tag. Pages that had it before anybody listened start nothing; one that loses
 * it and gets it again does. In the trigger's inputs, `alert` is `{page, tag, properties}`. Returns the way to stop.
 */
export function keepPageTriggers(listening: readonly PageListening[], options: PageTriggersOptions): () => void {
  const { clock, engine, onProblem } = options;
  const trusted = listening.filter(({ hash }) => engine.trusted(hash));
  let cancel = (): void => undefined;
  let ended = false;
  const pass = async (): Promise<void> => {
    for (const each of trusted) {
      for (const trigger of triggersOf(each.definition)) {
        await look(each, trigger, options).catch((error: unknown) => onProblem(each.definition.header.title, error));
      }
    }
    if (!ended) cancel = clock.at(clock.now() + EVERY_MS, () => void pass());
  };
  if (trusted.some(({ definition }) => triggersOf(definition).length > 0)) void pass();
  return () => {
    ended = true;
    cancel();
  };
}

async function look(
  { hash, definition, graph }: PageListening,
  trigger: PageTrigger,
  { engine, clock, tagged, marks, onProblem }: PageTriggersOptions,
): Promise<void> {
  const name = `page-trigger:${hash}:${graph}:${trigger.page}`;
  const pages = await tagged(graph, trigger.page);
  const before = marks.get(name);
  const now = pages.map((page) => page.name);
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
