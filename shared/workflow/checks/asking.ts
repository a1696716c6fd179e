import type { JsonSchema } from '../../json.ts';
import type { Visited } from './check.ts';
import type { Visible } from './visible.ts';

/** Where an expression stands. */
export interface Asking {
  visited: Visited;
  scope: Visible;
  /** The setting's path, as in `with.files.0`. */
  setting: string;
  /** What `output` names here, where it does. */
  output?: JsonSchema;
  /** Whether `secret()` may stand here. */
  secrets?: boolean;
  /** Before a run there is nothing but what starts it. */
  starting?: boolean;
  /** The type that is taken at a path within the setting; undefined when any is. */
  wanted?(path: readonly string[]): JsonSchema | undefined;
}
