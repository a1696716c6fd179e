import { describe, expect, it } from 'vitest';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { pair, useDaemons } from './daemons.ts';
import { useHosts } from './host/hosts.ts';

const PAGES = {
  Work: `- {{renderer :stagebook, workflow}} Work
- ## {{renderer :stagebook, stage}} Ship it
  \`\`\`yaml
  persona: backend
  timeout: 1h
  \`\`\`
\t- {{renderer :stagebook, ask}} Ready
\t  \`\`\`yaml
\t  question: Ready?
\t  \`\`\`
`,
  Gardener: `- {{renderer :stagebook, persona}} Gardener
  \`\`\`yaml
  id: gardener
  actions: [memory.*]
  \`\`\`
`,
};

describe.runIf(requireProgram('chromium'))('personas in Logseq', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client');
  const daemons = useDaemons();

  it.each([
    { graph: 'file', host: 'old' },
    { graph: 'db', host: 'new' },
  ] as const)(
    'sets that of a stage by /persona, and asks a person to trust one of a page [ui.commands.persona] [personas.own.trusted] ($graph, $host)',
    async (kind) => {
      const host = await open({
        ...kind,
        plugins: [built.source],
        pages: PAGES,
        open: 'Work',
        strict: false,
      });
      host.page.setDefaultTimeout(10_000);
      const daemon = await daemons.open(host);
      await pair(host, daemon.server!);
      const ui = host.plugin('stagebook');
      const stage = host.block('Ship it');
      const uuid = (await stage.getAttribute('blockid'))!;
      // Logseq may draw a block twice for a moment.
      await stage.getByText('Backend Engineer').first().waitFor();

      // The cursor is in a block under the stage: the stage around it is meant.
      await host.edit('Ready');
      await host.page.keyboard.press('Home');
      await host.slash('Persona');
      await ui.getByText('Persona of “Ship it”').or(ui.getByRole('combobox')).first().waitFor();
      await ui.getByRole('combobox').fill('devops');
      await ui.getByRole('combobox').press('Enter');
      await expect.poll(() => host.blockText(uuid)).toContain('persona: devops');
      expect(await host.blockText(uuid)).toContain('timeout: 1h');
      await stage.getByText('DevOps Engineer').first().waitFor();

      await host.goTo('Gardener');
      const gardener = host.block('Gardener');
      await gardener.getByRole('button', { name: 'See what this persona may do' }).first().click();
      await expect.poll(() => ui.locator('iframe.panel').getAttribute('src')).toMatch(/#\/proposal\/[\w-]+$/);
      // Nobody has trusted it yet, so nothing has changed.
      expect([...daemon.personas.shapes().keys()]).not.toContain('gardener');
    },
  );
});
