import type { Examination, Finding, Patient } from './check.ts';

/** A program that steps run: how it tells its version, what for it is needed, how to get it. */
interface Wanted {
  what: string;
  argv: readonly string[];
  /** Whether nothing works without it. */
  needed: boolean;
  remedy: string;
}

const PROGRAMS: readonly Wanted[] = [
  {
    what: 'git',
    argv: ['git', '--version'],
    needed: true,
    remedy: 'Install git 2.30 or newer (Debian: apt-get install git; macOS: xcode-select --install).',
  },
  {
    what: 'npm, for npm packages',
    argv: ['npm', '--version'],
    needed: false,
    remedy: 'Install Node with npm from nodejs.org, or name npm under "programs" in the configuration.',
  },
  {
    what: 'Python, for Python packages and code',
    argv: ['python3', '--version'],
    needed: false,
    remedy: 'Install Python 3 (Debian: apt-get install python3 python3-pip), or name python3 under "programs".',
  },
  {
    what: 'pip, to build and try out Python packages',
    argv: ['python3', '-m', 'pip', '--version'],
    needed: false,
    remedy: 'Install pip (Debian: apt-get install python3-pip; elsewhere: python3 -m ensurepip).',
  },
];

export const programs: Examination = (patient) => Promise.all(PROGRAMS.map((wanted) => look(wanted, patient)));

async function look({ what, argv, needed, remedy }: Wanted, { process }: Patient): Promise<Finding> {
  const lacking = { what, is: needed ? 'missing' : 'limited', remedy } as const;
  try {
    const { exitCode, stdout, stderr } = await process.run(argv, { timeoutMs: 20_000 });
    const [saw = ''] = `${stdout}${stderr}`.trim().split('\n');
    return exitCode === 0 ? { what, is: 'good', saw } : { ...lacking, saw: `${argv.join(' ')} failed: ${saw}` };
  } catch (error) {
    return { ...lacking, saw: (error as Error).message };
  }
}
