/** Where the main UI stands over the host's page. */
export type Place = 'side' | 'dialog' | 'menu';

type Style = Readonly<Record<string, string>>;

const COMMON: Style = {
  position: 'fixed',
  zIndex: '11',
  border: '0',
  overflow: 'hidden',
  background: 'transparent',
};

/** Logseq's own title bar, in which the window's buttons are. */
const BAR = '3rem';

/** How wide the window is beside the page. */
const SIDE = '30rem';

const PLACES: Readonly<Record<Place, Style>> = {
  side: {
    top: BAR,
    right: '0',
    bottom: '0',
    left: 'auto',
    width: `min(${SIDE}, 100vw)`,
    height: `calc(100vh - ${BAR})`,
    borderRadius: '0',
    boxShadow: '-1px 0 0 rgba(128, 128, 128, .35), -12px 0 32px rgba(0, 0, 0, .12)',
  },
  dialog: {
    top: '6vh',
    right: 'auto',
    bottom: 'auto',
    left: 'calc(50vw - min(28rem, 48vw))',
    width: 'min(56rem, 96vw)',
    height: '88vh',
    borderRadius: '12px',
    // The shadow darkens everything around it.
    boxShadow: '0 0 0 200vmax rgba(0, 0, 0, .4)',
  },
  menu: {
    top: '14vh',
    right: 'auto',
    bottom: 'auto',
    left: 'calc(50vw - min(17rem, 48vw))',
    width: 'min(34rem, 96vw)',
    height: 'min(27rem, 72vh)',
    borderRadius: '12px',
    boxShadow: '0 0 0 1px rgba(128, 128, 128, .3), 0 18px 50px rgba(0, 0, 0, .3)',
  },
};

/**
 * The host's style while the window stands there. Where there is room for both, the page moves over: what stands on its right
 * edge is what the window is about. The host's own right sidebar makes room enough by itself.
 */
export function roomBeside(place: Place | undefined): string {
  if (place !== 'side') return '/* nothing beside the page */';
  const page = ':root:not(:has(.cp__right-sidebar:is(.open,.is-open))) #main-content-container';
  return `@media (min-width:1360px){${page}{box-sizing:border-box;padding-right:${SIDE}}}`;
}

/** The inline style of a place. Each names the same properties: what one leaves out would stay from the one before. */
export function styleOf(place: Place): Style {
  return { ...COMMON, ...PLACES[place] };
}
