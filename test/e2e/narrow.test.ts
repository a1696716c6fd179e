import { describe, expect, it } from 'vitest';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { pair, useDaemons } from './daemons.ts';
import { useHosts } from './host/hosts.ts';

const PAGE = `- # {{renderer :stagebook, workflow}} Release the package
- ## {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
\t- {{renderer :stagebook, step}} Publish to the registry
\t  \`\`\`yaml
\t  uses: act.irreversible
\t  with: { name: send }
\t  \`\`\`
`;
const TABLE = `- Good enough — **passed**
  | Requirement | Value | Result | Signed by |
  | --- | --- | --- | --- |
  | The commit is the one that was tested | tested = ${'4f2d8a7c'.repeat(5)}, built = ${'4f2d8a7c'.repeat(5)} | ✓ held | – |
`;

/** In the page: where an element is, in whole pixels. */
const boxOf = (element: unknown): { left: number; right: number; top: number; bottom: number } => {
  const { left, right, top, bottom } = (
    element as { getBoundingClientRect(): { left: number; right: number; top: number; bottom: number } }
  ).getBoundingClientRect();
  return { left: Math.ceil(left), right: Math.floor(right), top: Math.ceil(top), bottom: Math.floor(bottom) };
};

type Box = ReturnType<typeof boxOf>;
const cover = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** In the page: where the text of a heading is, without what we put beside it. */
const titleOf = (heading: unknown): { left: number; right: number; top: number; bottom: number } => {
  const { document } = globalThis as unknown as {
    document: {
      createRange(): {
        selectNodeContents(of: unknown): void;
        getBoundingClientRect(): ReturnType<typeof titleOf>;
      };
    };
  };
  const range = document.createRange();
  range.selectNodeContents(
    (heading as { querySelector(of: string): { nextSibling: unknown } }).querySelector('.lsp-hook-ui-slot').nextSibling,
  );
  const { left, right, top, bottom } = range.getBoundingClientRect();
  return { left, right, top, bottom };
};

describe.runIf(requireProgram('chromium'))('in a narrow window', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client');
  const daemons = useDaemons();

  it('a header’s buttons, its values and its title cover nothing of each other, and no value leaves the page [ui.blocks.narrow]', async () => {
    const host = await open({ plugins: [built.source], pages: { Page: PAGE }, open: 'Page' });
    const here = await daemons.serve(host, built);
    await pair(host, here.server);
    const { definition } = parseWorkflowText(PAGE);
    const by = { kind: 'person', name: 'Ada' } as const;
    await here.test.run(definition!, {}, { graph: '/home/person/notes', page: 'Page', by, dryRun: true });
    await host.block('Publish').getByText('would use').waitFor();
    const header = host.block('Release the package');
    await header.getByText('dry run', { exact: true }).waitFor();
    for (const width of [380, 640]) {
      await host.page.setViewportSize({ width, height: 900 });
      const shown: Box[] = await Promise.all([
        header.locator('h1').first().evaluate(titleOf),
        ...(await header.locator('.sb-acts > button, .sb-facts > *').all()).map((one) => one.evaluate(boxOf)),
      ]);
      expect(shown.length).toBeGreaterThanOrEqual(4);
      const covered = shown.flatMap((a, n) => shown.slice(n + 1).filter((b) => cover(a, b)));
      expect(covered).toEqual([]);
      for (const value of await host.page.locator('.sb-facts > *').all())
        expect((await value.evaluate(boxOf)).right).toBeLessThanOrEqual(width - 32);
    }
  });

  it('the head of a gate’s table stays whole [ui.blocks.narrow]', async () => {
    const host = await open({ plugins: [built.source], pages: { 'Runs/One': TABLE }, open: 'Runs/One' });
    await host.page.setViewportSize({ width: 640, height: 900 });
    const head = host.page.locator('.markdown-table th', { hasText: 'Result' });
    await head.waitFor();
    await expect
      .poll(async () => {
        const { top, bottom } = await head.evaluate(boxOf);
        return bottom - top;
      })
      .toBeLessThan(45);
  });
});
