import { render } from 'preact';
import { begin } from './app.ts';
import { keepFocus } from './keep-focus.ts';
import { beginClock } from './now.ts';
import { Shell } from './shell.tsx';
import './style/base.css';
import './style/parts.css';
import './style/views.css';
import './style/review.css';
import { beginTheme } from './theme.ts';

beginTheme();
beginClock();
const panel = document.getElementById('panel')!;
render(<Shell />, panel);
keepFocus(panel);
void begin();
