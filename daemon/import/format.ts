import type { JsonObject } from '../../shared/json.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { ServersConfig } from '../mcp/server-config.ts';

/** A file as somebody has it. */
export interface Given {
  /** Its name without the folder. */
  name: string;
  text: string;
  /** What the text is as JSON; undefined when it is none. */
  json: JsonObject | undefined;
}

/** A persona as an import recognises it. */
export interface KnownPersona extends PersonaShape {
  title: string;
}

/** What became of a file: a page of ours, or servers for the configuration. `notes` say what a person should look at. */
export type Imported =
  | { kind: 'page'; what: 'persona' | 'workflow'; file: string; text: string; notes: string[] }
  | { kind: 'servers'; servers: ServersConfig; notes: string[] };

/** A form in which others keep what we have, too. Adding one is a file and a line in `index.ts`. */
export interface ImportFormat {
  name: string;
  /** Whether the file is of this form. */
  is(given: Given): boolean;
  /** Throws `import.invalid` where it looks like it and cannot be read. */
  read(given: Given, personas: readonly KnownPersona[]): Imported | Promise<Imported>;
}
