import { describe, expect, it } from 'vitest';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import type { Client } from '../fakes/client.ts';
import type { Panel, TestServer } from '../fakes/server.ts';
import { startAs, trustAs } from '../fakes/signed-calls.ts';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { pair, useDaemons } from './daemons.ts';
import type { Host } from './host/driver.ts';
import { useHosts } from './host/hosts.ts';

const GRAPH = 'logseq_db_notes';
const workflow = (title: string, signOff: string): string => `- {{renderer :stagebook, workflow}} ${title}
- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
\t- {{renderer :stagebook, gate}} Ready
\t\t- {{renderer :stagebook, sign-off}} ${signOff}
`;
const ROOT = workflow('Deploy the clock', 'The clock may go');
const TEAM = workflow('Deploy the bell', 'The bell may go');

describe.runIf(requireProgram('chromium'))('pages under pages in a database graph', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client');
  const daemons = useDaemons();
  let here: TestServer;
  let host: Host;

  async function start(pages: Readonly<Record<string, string>>): Promise<Client & Panel> {
    host = await open({
      graph: 'db',
      plugins: [built.source],
      pages: { Notes: '- first block\n', ...pages },
      open: 'Notes',
      strict: false,
    });
    here = await daemons.serve(host, built, { options: { policy: { trust: true, signToStart: true } } });
    const ada = await here.panel('Ada');
    await pair(host, here.server);
    return ada;
  }

  /** Trusts a workflow and starts it, as somebody does elsewhere who knows the page by its whole name. */
  async function startElsewhere(ada: Client & Panel, text: string, page: string): Promise<string> {
    const { engine } = here.test;
    const definition = await engine.propose(parseWorkflowText(text).definition!);
    await trustAs(ada, definition);
    // The plugin tells of its graph once it is connected.
    await expect.poll(async () => (await ada.call('status', {})).graphs.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const run = await startAs(ada, definition, { graph: GRAPH, page });
    await here.test.work(() => engine.state(run).status === 'waiting');
    return run;
  }

  /** The page with a block, which is opened as a link in the page does. */
  async function goToPageWith(text: string): Promise<void> {
    const pages = await host.call<{ uuid: string; title: string }[]>('get_all_pages');
    for (const { uuid } of pages) {
      if (!JSON.stringify((await host.call('get_page_blocks_tree', uuid)) ?? null).includes(text)) continue;
      await host.call('push_state', 'page', { name: uuid });
      return host.block(text).waitFor();
    }
    throw new Error(`No page has “${text}”`);
  }

  it('shows the runs of a page by its whole name, and of its namesake only that one’s [ui.pages.whole]', async () => {
    const ada = await start({ Deploy: ROOT, 'Team/Deploy': TEAM });
    await startElsewhere(ada, TEAM, 'Team/Deploy');
    const sign = (text: string) => host.block(text).getByRole('button', { name: /Review and sign/ });
    await goToPageWith('The bell may go');
    await sign('The bell may go').waitFor();
    await goToPageWith('The clock may go');
    await host
      .block('Deploy the clock')
      .getByRole('button', { name: /Review and trust/ })
      .waitFor();
    expect(await sign('The clock may go').count()).toBe(0);
  });

  it('offers both of one title by their whole names, opens the one that is chosen, and runs it under that name [ui.commands.nested]', async () => {
    await start({ Deploy: ROOT, 'Team/Deploy': TEAM });
    const ui = host.plugin('stagebook');
    await host.palette('Stagebook: workflows');
    const field = ui.getByRole('combobox');
    await field.fill('deploy');
    await expect
      .poll(() => ui.locator('[role=option] .label').allTextContents())
      .toEqual(expect.arrayContaining(['Deploy', 'Team/Deploy']));
    await field.fill('team/');
    await expect.poll(() => ui.locator('[aria-selected=true] .label').textContent()).toBe('Team/Deploy');
    await field.press('Enter');
    await host.block('The bell may go').waitFor();
    await host.palette('Stagebook: workflows');
    await expect.poll(() => ui.locator('[aria-selected=true] .label').textContent()).toBe('Run “Team/Deploy”');
    await field.press('Enter');
    // It is not trusted yet: that is what the panel asks first, of what stands on this page.
    await expect.poll(() => ui.locator('iframe.panel').getAttribute('src')).toMatch(/#\/proposal\/[\w-]+$/);
    await ui.getByRole('button', { name: 'Close' }).click();
    await host
      .block('Deploy the bell')
      .getByRole('button', { name: /Review and trust/ })
      .waitFor();
  });

  it('makes no page of a title that one under another has, and says so [ui.pages.whole]', async () => {
    await start({ 'Mine/Package release': '- theirs\n' });
    const before = await host.markdown('Package release');
    await host.edit('first block');
    await host.slash('Release');
    await host.page.getByText('Logseq did not make the page “Package release”').waitFor();
    expect(await host.markdown('Package release')).toBe(before);
  });

  it('closes by Escape while the panel is still loading [ui.window.loading]', async () => {
    await start({});
    const ui = host.plugin('stagebook');
    // A daemon that is busy: it takes the call and says nothing yet.
    const held = new Set<() => void>();
    await host.page.context().route(
      /\/panel\//,
      (route) =>
        new Promise<void>((resolve) => {
          held.add(() => void route.abort().then(resolve, resolve));
        }),
    );
    await host.page.keyboard.press('Control+Alt+s');
    await ui.locator('iframe.panel').waitFor();
    await expect.poll(() => held.size).toBeGreaterThan(0);
    await expect.poll(() => ui.evaluate('document.hasFocus()')).toBe(true);
    await host.page.keyboard.press('Escape');
    await expect.poll(() => host.page.locator('#stagebook_lsp_main.visible').count()).toBe(0);
    for (const end of held) end();
  });
});
