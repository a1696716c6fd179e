/** What a person is asked before a run is cancelled or goes on, what comes of it, and what the button says. */
export const CHANGES = {
  cancel: {
    asks: 'Cancel this run?',
    means: 'What is running is stopped; what is done stays done. It can be resumed.',
    label: 'Cancel the run',
  },
  resume: { asks: 'Resume this run?', means: 'It goes on with what did not complete.', label: 'Resume' },
  from: {
    asks: 'Run again from here?',
    means: 'This part and everything after it is done again, but for what cannot be undone.',
    label: 'Run from here',
  },
} as const;
