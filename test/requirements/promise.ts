/** One thing that Stagebook promises. */
export interface Requirement {
  /** `<part>.<area>.<thing>`; the part is the file that lists it. */
  id: string;
  text: string;
}

/** Makes the lists of one part: an area and its promises, name → sentence. */
export const promisesOf =
  (part: string) =>
  (area: string, texts: Record<string, string>): Requirement[] =>
    Object.entries(texts).map(([name, text]) => ({ id: `${part}.${area}.${name}`, text }));
