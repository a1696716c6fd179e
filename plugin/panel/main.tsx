import { render } from 'preact';
import { begin } from './app.ts';
import { beginClock } from './now.ts';
import { Shell } from './shell.tsx';
import './style/base.css';
import './style/parts.css';
import './style/views.css';
import './style/review.css';
import { beginTheme } from './theme.ts';

beginTheme();
beginClock();
render(<Shell />, document.getElementById('panel')!);
void begin();
