import { stringify } from 'yaml';
import type { PersonaPage } from './persona-page.ts';

/** All that is trusted of a persona, to be read and compared. */
export function printPersona({ title, shape }: PersonaPage): string {
  return `# ${title || shape.id}\n\n${stringify(shape, { lineWidth: 0 })}`;
}
