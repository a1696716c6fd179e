import { keychainHint } from '../secrets/keychain.ts';
import type { Examination } from './check.ts';

/** The secrets of the shipped workflows, with the least that each has to be allowed. */
const TOKENS: readonly { name: string; least: string }[] = [
  {
    name: 'GITHUB_TOKEN',
    least:
      'a fine-grained token for the one repository with Contents, Issues and Pull requests: read and write, Commit statuses and ' +
      'Checks: read, and Actions: read and write where workflows of GitHub Actions are started',
  },
  {
    name: 'GITHUB_REVIEW_TOKEN',
    least:
      'a fine-grained token of a second account with Pull requests: read and write, as nobody approves their own on GitHub',
  },
  { name: 'NPM_TOKEN', least: 'a granular access token that may publish the one package, with an expiry' },
  { name: 'PYPI_TOKEN', least: 'an API token scoped to the one project' },
];

export const tokens: Examination = ({ secrets }) =>
  Promise.all(
    TOKENS.map(async ({ name, least }) => {
      if (await secrets.has(name)) return { what: name, is: 'good', saw: 'is set' } as const;
      const hint = keychainHint(name);
      const ways = `in the daemon's environment${hint ? `, or in the keychain: ${hint}` : ''}`;
      return {
        what: name,
        is: 'limited',
        saw: 'is not set',
        remedy: `Give it ${ways}. The least it needs: ${least}.`,
      } as const;
    }),
  );
