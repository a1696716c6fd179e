/** Our button in the host's toolbar: the plugin's mark, in the toolbar's own colour. A real button, which keys press, too. */
export const TOOLBAR = {
  /** The function of the model that it calls. */
  model: 'stagebookPanel',
  template: `<button type="button" class="button sb-toolbar" data-on-click="stagebookPanel" title="Stagebook" aria-label="Stagebook"><svg viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="5.500" cy="4.500" r="2.500"/><rect x="3" y="9" width="5" height="5" rx="1.300"/><path d="M5.500 7v2m0 5v3.500M11.500 4.500H18M11.500 11.500h4.500M5.500 17.500H17"/></svg></button>`,
} as const;
