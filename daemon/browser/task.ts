/** What the looking process is asked, and what it answers: plain data, so that neither side loads the other. */
export type Look = AxeLook | LoadLook;

export interface AxeLook {
  kind: 'axe';
  url: string;
  tags: readonly string[];
  /** A selector that must be there before anything is looked at. */
  wait_for?: string | undefined;
  keyboard: boolean;
}

export interface LoadLook {
  kind: 'load';
  url: string;
  runs: number;
  warm_up: number;
}

export interface AxeSeen {
  title: string;
  violations: {
    id: string;
    impact: string;
    help: string;
    help_url: string;
    count: number;
    nodes: { target: string; html: string; why: string }[];
  }[];
  passes: number;
  /** Rules that nobody but a person can decide here. */
  incomplete: string[];
  keyboard: KeyboardSeen | null;
}

export interface KeyboardSeen {
  /** Elements that people operate, visible and enabled. */
  operable: number;
  reached: number;
  unreachable: { target: string; html: string }[];
  /** Tab does not get any further from here. */
  trapped: string | null;
}

export interface LoadSeen {
  /** Milliseconds from the start of the navigation to the end of the page's load event, a run each. */
  runs: number[];
}

export type Seen<K extends Look['kind']> = K extends 'axe' ? AxeSeen : LoadSeen;
