import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/json.ts';
import { parseOutline, type Block } from '../../../shared/outline/index.ts';
import type { PageBlock } from '../../../shared/protocol/calls/pages.ts';
import { parseWorkflow, parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { codeReview } from '../../../plugin/commands/code-review.ts';
import type { Desk } from '../../../plugin/commands/command.ts';
import { feature } from '../../../plugin/commands/feature.ts';
import { createModel } from '../../e2e/host/model/model.ts';

const fileOf = (name: string): string =>
  readFileSync(new URL(`../../../workflows/${name}.md`, import.meta.url), 'utf8');

it.each([
  ['/feature', feature, 'feature-development', 'Feature development'],
  ['/code-review', codeReview, 'code-review', 'Code review'],
] as const)(
  '%s makes the page of its workflow, asks for the inputs and proposes its start [feature.command.starts]',
  async (_slash, command, name, title) => {
    const model = createModel({ kind: 'file', hostAge: 'new' });
    const called: { method: string; params: JsonObject }[] = [];
    const plain = ({ content, children }: Block): PageBlock => ({ content, children: children.map(plain) });
    const definition = parseWorkflowText(fileOf(name)).definition!;
    const answers: Record<string, Json> = {
      'workflows.list': [
        { name: 'package-release', title: 'Package release' },
        { name, title },
      ],
      'workflows.page': { title, blocks: parseOutline(fileOf(name)).blocks.map(plain) as unknown as Json },
      'page.read': {
        title,
        definition: 'abc',
        trusted: true,
        problems: [],
        nodes: [{ uuid: 'u', node: '', role: 'workflow', title }],
        inputs: definition.header.settings.inputs!,
      },
      propose: { panel: 'http://127.0.0.1:1/panel' },
    };
    const opened: string[] = [];
    const desk = {
      host: {
        graph: () => Promise.resolve({ id: 'g' }),
        ref: (page: string) => Promise.resolve(page),
        tree: (page: string) => model.call('logseq.Editor.getPageBlocksTree', [page]),
        // The page is opened by the host's own router, which the model is none of.
        call: (method: string, args: readonly Json[]) =>
          method === 'logseq.App.pushState' ? Promise.resolve(null) : model.call(method, args),
        ui: { message: (text: string) => Promise.reject(new Error(text)) },
      },
      connection: {
        call: (method: string, params: JsonObject) => {
          called.push({ method, params });
          return Promise.resolve(answers[method]);
        },
      },
      mainUi: {
        open: (panel: string) => void opened.push(panel),
        askInputs: ({ inputs }: { inputs: JsonObject }) =>
          Promise.resolve({ values: { asked: Object.keys(inputs) }, dryRun: false }),
      },
    } as unknown as Desk;

    await command.run(desk, undefined);
    expect(called.find(({ method }) => method === 'workflows.page')!.params).toEqual({ name });
    const read = called.find(({ method }) => method === 'page.read')!.params as { page: string; blocks: Block[] };
    expect(read.page).toBe(title);
    // What stands in the graph now is the workflow, to the letter of its program.
    expect(parseWorkflow(read.blocks).definition).toEqual(definition);
    const { wish } = called.find(({ method }) => method === 'propose')!.params as { wish: JsonObject };
    expect(wish).toMatchObject({ kind: 'start', definition: 'abc', page: title, graph: 'g' });
    expect(wish.inputs).toEqual({ asked: Object.keys(definition.header.settings.inputs as JsonObject) });
    expect(opened).toEqual(['http://127.0.0.1:1/panel']);
  },
);
