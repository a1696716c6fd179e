/** What is on the board, the newest first. `load` and `save` keep it over a restart. */
export function createBoard({ load = () => [], save = () => undefined } = {}) {
  const notices = load();
  return {
    all: () => notices.toReversed(),
    post(text, by) {
      const notice = { id: notices.length + 1, text, by };
      notices.push(notice);
      save(notices);
      return notice;
    },
  };
}

const LONGEST = 280;

export const schemas = {
  Notice: {
    type: 'object',
    required: ['id', 'text', 'by'],
    properties: { id: { type: 'integer' }, text: { type: 'string' }, by: { type: 'string' } },
  },
  NewNotice: {
    type: 'object',
    required: ['text', 'by'],
    properties: { text: { type: 'string', minLength: 1, maxLength: LONGEST }, by: { type: 'string', minLength: 1 } },
  },
  Problem: { type: 'object', required: ['error'], properties: { error: { type: 'string' } } },
};

const refused = (error) => ({ status: 422, body: { error } });

export const routes = [
  {
    method: 'GET',
    path: '/api/notices',
    id: 'listNotices',
    summary: 'Reads the board, the newest notice first',
    responses: { 200: { type: 'array', items: { $ref: '#/components/schemas/Notice' } } },
    handle: (board) => ({ status: 200, body: board.all() }),
  },
  {
    method: 'POST',
    path: '/api/notices',
    id: 'postNotice',
    summary: 'Posts a notice',
    request: { $ref: '#/components/schemas/NewNotice' },
    responses: { 201: { $ref: '#/components/schemas/Notice' }, 422: { $ref: '#/components/schemas/Problem' } },
    handle(board, body) {
      const { text, by } = body ?? {};
      if (typeof text !== 'string' || typeof by !== 'string') return refused('A notice has a text and a name.');
      if (text.trim() === '') return refused('A notice says something.');
      if (by.trim() === '') return refused('A notice says whose it is.');
      if (text.length > LONGEST) return refused(`A notice has ${LONGEST} letters at most.`);
      return { status: 201, body: board.post(text.trim(), by.trim()) };
    },
  },
];
