/** What somebody wants a workflow and a persona for. */
export interface Subject {
  kind: 'page' | 'alert' | 'path';
  text: string;
  /** Where it lies, with slashes; as far as that says something. */
  path?: string | undefined;
}

/** What is decided about a subject. Null: none fits. */
export interface Labels {
  workflow: string | null;
  persona: string | null;
}
export const DIMENSIONS = ['workflow', 'persona'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A subject with what a person says of it. A dimension that is left out was not judged. */
export interface Labelled extends Subject {
  labels: Partial<Labels>;
}
