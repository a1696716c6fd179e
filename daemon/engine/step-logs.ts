import type { NodeKey } from '../../shared/workflow/definition.ts';

/** A line that a step said, redacted. */
export interface OutputLine {
  run: string;
  node: NodeKey;
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
}

/** Some lines of a step. Offsets count from its first line, kept or not. */
export interface LogLines {
  lines: { at: number; text: string }[];
  /** The offset of the line after them. */
  next: number;
  /** Whether there are no more by now. */
  done: boolean;
}

/** Keeps what steps say. Bounded: the oldest go first. */
export interface StepLogs {
  add(line: OutputLine): void;
  /** Lines from an offset on, of about `most` characters at most, at least one where there is one. */
  read(run: string, node: NodeKey, offset: number, most: number): LogLines;
  /** Writes what was not written yet. */
  flush(): void;
}
