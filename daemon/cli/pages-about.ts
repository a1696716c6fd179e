import { existsSync } from 'node:fs';
import picocolors from 'picocolors';
import { openRepositories } from '../review/repositories.ts';
import { pathInRepository, type NamedAt } from '../review/pages-about.ts';
import { EXIT, type Cli } from './command.ts';
import { visible } from './progress/width.ts';
import type { Session } from './session.ts';
import { say } from './terminal.ts';

/** So much of a block is shown. */
const MOST = 100;

/** Says which pages of a graph name a file of code. `src/a.ts:12`, as it is copied from elsewhere, is taken for the file. */
export async function tellAbout(
  { terminal }: Pick<Cli, 'terminal'>,
  { daemon, config }: Session,
  graph: string,
  given: string,
  { json, limit }: { json?: boolean; limit: number },
): Promise<number> {
  const repositories = config.review?.repositories ?? [];
  const file = existsSync(given) ? given : given.replace(/(?::\d+){1,2}$/, '');
  const path = pathInRepository(file, repositories);
  const all = await daemon.review.about(graph, path);
  const lines = openRepositories(repositories).file(path)?.lines;
  if (json) {
    say(terminal, JSON.stringify({ file: path, named: all }));
    return EXIT.ok;
  }
  const colors = picocolors.createColors(terminal.color);
  const [sure, perhaps] = [all.filter((each) => each.sure), all.filter((each) => !each.sure)];
  const list = (some: readonly NamedAt[]): void => {
    for (const each of some.slice(0, limit)) {
      const { page, line, file: name, fileLine } = each;
      const gone = each.sure && lines !== undefined && fileLine !== undefined && fileLine > lines;
      say(
        terminal,
        `  ${visible(line === undefined ? page : `${page}:${line}`)}  ${visible(fileLine === undefined ? name : `${name}:${fileLine}`)}${gone ? colors.yellow(` (it has ${lines} lines)`) : ''}  ${colors.dim(short(visible(each.text)))}`,
      );
    }
    if (some.length > limit) say(terminal, colors.dim(`    and ${some.length - limit} more (--limit, --json)`));
  };
  say(terminal, `${visible(path)} is named on ${counted(sure)}${sure.length === 0 ? '.' : ''}`);
  list(sure);
  if (perhaps.length > 0) {
    say(terminal, `By the end of its path only, perhaps another file, on ${counted(perhaps)}`);
    list(perhaps);
  }
  return EXIT.ok;
}

function counted(some: readonly NamedAt[]): string {
  const pages = new Set(some.map(({ page }) => page)).size;
  return pages === 0 ? 'no page' : pages === 1 ? '1 page' : `${pages} pages`;
}

function short(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}
