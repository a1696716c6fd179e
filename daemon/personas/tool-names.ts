import { hash } from 'node:crypto';

/** The longest name of a tool that clients and models take, in characters. */
const LONGEST = 64;

/** A tool's name among those of several servers: `github__create_branch`. The same tool has the same name in every life. */
export function offeredName(server: string, tool: string): string {
  const name = `${server}__${tool}`.replace(/[^\w-]/g, '_');
  if (name === `${server}__${tool}` && name.length <= LONGEST) return name;
  const mark = hash('sha256', `${server}\n${tool}`).slice(0, 8);
  return `${name.slice(0, LONGEST - mark.length - 1)}_${mark}`;
}
