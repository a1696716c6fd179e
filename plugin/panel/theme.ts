import { signal } from '@preact/signals';
import { hearFrame } from './frame.ts';

export type Theme = 'light' | 'dark' | 'system';

const KEPT = 'theme';

/** What the person chose here. In a frame the window around it has the say. */
export const chosen = signal<Theme>('system');

/** Draws in the theme that the frame says, else in the one that was chosen here, else in the system's. */
export function beginTheme(): void {
  const said = new URLSearchParams(location.search).get('theme');
  chosen.value = said === 'light' || said === 'dark' ? said : kept();
  show();
  hearFrame((theme) => {
    chosen.value = theme;
    show();
  });
}

export function choose(theme: Theme): void {
  chosen.value = theme;
  try {
    localStorage.setItem(KEPT, theme);
  } catch {
    // Where nothing is kept it holds for this window.
  }
  show();
}

function show(): void {
  const root = document.documentElement;
  if (chosen.value === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = chosen.value;
}

function kept(): Theme {
  try {
    const theme = localStorage.getItem(KEPT);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}
