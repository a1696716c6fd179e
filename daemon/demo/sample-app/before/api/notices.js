/** What is on the board, the newest first. */
export function createBoard() {
  const notices = [];
  return { all: () => notices.toReversed() };
}

export const schemas = {
  Notice: {
    type: 'object',
    required: ['id', 'text', 'by'],
    properties: { id: { type: 'integer' }, text: { type: 'string' }, by: { type: 'string' } },
  },
};

export const routes = [
  {
    method: 'GET',
    path: '/api/notices',
    id: 'listNotices',
    summary: 'Reads the board, the newest notice first',
    responses: { 200: { type: 'array', items: { $ref: '#/components/schemas/Notice' } } },
    handle: (board) => ({ status: 200, body: board.all() }),
  },
];
