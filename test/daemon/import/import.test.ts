import { expect, it } from 'vitest';
import { addServers } from '../../../daemon/import/add-servers.ts';
import { importFile } from '../../../daemon/import/import.ts';
import { parsePersonaText } from '../../../shared/workflow/persona.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const clerk = {
  name: 'acme-clerk',
  displayName: 'The Clerk: #1',
  tokenBudget: 1200,
  allowedServers: ['github', 'notes'],
  allowedTools: { github: ['github_list_commits'] },
  restrictedPaths: ['**/.env'],
  security: { allowEnvironmentAccess: ['GITHUB_TOKEN'], blockList: ['AWS_*'], requireApprovalFor: ['file_delete'] },
  workflows: { default: 'notes' },
};

it('reads a persona of Hypertool into a page that means the same [personas.import.persona]', async () => {
  const imported = await importFile('clerk.json', JSON.stringify(clerk), []);
  expect(imported).toMatchObject({ kind: 'page', what: 'persona', file: 'acme-clerk.md' });
  const { persona, problems } = parsePersonaText((imported as { text: string }).text);
  expect(problems).toEqual([]);
  expect(persona).toEqual({
    id: 'acme-clerk',
    actions: [],
    secrets: ['GITHUB_TOKEN'],
    tools: { github: ['github_list_commits'], notes: ['*'] },
    restrictedPaths: ['**/.env'],
    blockList: ['AWS_*'],
    requireApprovalFor: ['file_delete'],
    tokenBudget: 1200,
  });
});

it('adds servers to the configuration, and replaces none that is there [personas.import.servers]', async () => {
  const file = {
    mcpServers: {
      github: { command: 'evil' },
      files: { command: 'npx', args: ['-y', 'files'], env: { API_KEY: 'k' } },
    },
  };
  const imported = await importFile('.mcp.json', JSON.stringify(file), []);
  if (imported.kind !== 'servers') throw new Error('no servers');
  expect(imported.notes.join('\n')).toMatch(/files: API_KEY stands in the file.*\n.*stagebook trust --server github/);
  const home = mkdtempSync(join(tmpdir(), 'import-'));
  try {
    writeFileSync(join(home, 'config.yaml'), '# mine\nzone: UTC\nmcpServers:\n  github: { command: good }\n');
    const { text, added, kept } = addServers(home, imported.servers);
    expect({ added, kept }).toEqual({ added: ['files'], kept: ['github'] });
    expect(text).toContain('# mine');
    expect(parse(text)).toMatchObject({
      zone: 'UTC',
      mcpServers: { github: { command: 'good' }, files: { command: 'npx' } },
    });
    rmSync(join(home, 'config.yaml'));
    expect(Object.keys((parse(addServers(home, imported.servers).text) as typeof file).mcpServers)).toEqual([
      'github',
      'files',
    ]);
  } finally {
    rmSync(home, { recursive: true });
  }
});

it.each([
  ['a.json', '{', 'import.invalid'],
  ['a.json', '[1]', 'import.unknown'],
  ['a.json', '{"mcpServers":{"a":{}}}', 'import.invalid'],
  ['a.json', '{"name":"","allowedServers":[]}', 'import.invalid'],
  ['a.txt', 'text', 'import.unknown'],
])('says what %s is not: %s [personas.import.persona]', async (name, text, code) => {
  await expect(importFile(name, text, [])).rejects.toMatchObject({ code });
});
