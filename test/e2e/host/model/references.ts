/** `[[Page]]`, `#[[Page]]` and `#tag` in a text. */
const REFERENCE = /(#?)\[\[([^[\]\n]+)\]\]|(?<=^|\s)#([^\s#[\](),.;:!?]+)/g;

/** Replaces what a text refers to: `replace` gets the name of each page, and gives what to write for it or undefined. */
export function mapReferences(text: string, replace: (name: string) => string | undefined): string {
  return text.replace(
    REFERENCE,
    (whole: string, hash: string | undefined, bracketed: string | undefined, tag: string) => {
      const name = replace(bracketed ?? tag);
      return name === undefined ? whole : `${bracketed === undefined ? '#' : (hash ?? '')}[[${name}]]`;
    },
  );
}
