import { fail, StagebookError } from '../../shared/failure.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { findProgram } from '../process/program.ts';

/** Browsers with Chromium inside, by the names and places they have on the systems we know. */
const KNOWN = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const REMEDY =
  'Install it (Debian: apt-get install chromium; anywhere: npx playwright install chromium), or name the place of a Chrome ' +
  'as programs: { chromium: … } in the configuration.';

/** Where the machine's Chromium or Chrome is; undefined when there is none. The place in `programs` wins. */
export async function findBrowser(programs: Readonly<Record<string, string>>): Promise<string | undefined> {
  const environment = cleanEnvironment();
  for (const name of programs.chromium === undefined ? KNOWN : ['chromium']) {
    try {
      return (await findProgram(name, environment, programs, process.cwd()))[0];
    } catch (error) {
      if (!(error instanceof StagebookError) || programs.chromium !== undefined) throw error;
    }
  }
  return undefined;
}

/** The one failure for a machine without a browser. */
export function noBrowser(): Error {
  return fail('not-found', 'browser.missing', `There is no Chromium here, so nobody can look at the page. ${REMEDY}`);
}
