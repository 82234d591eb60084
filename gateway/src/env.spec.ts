import { parseEnv } from './env';
import { routeFor } from './pass-through';

const good = {
  SUBGRAPH_URLS: 'registry=http://registry:4000/graphql, school-codes=https://codes:4000/graphql', FILE_ROUTES: '/uploads/intake=registry,/downloads=registry',
  ACCESS_TOKEN_PUBLIC_KEY: 'key', ACTOR_SIGNING_KEY: 'key',
};
const faults = (change: Record<string, string | undefined>) => {
  const parsed = parseEnv({ ...good, ...change });
  return 'faults' in parsed ? parsed.faults : [];
};

it('reads the subgraphs and the routes, and is strict unless told otherwise', () => {
  expect(parseEnv(good)).toEqual({ env: expect.objectContaining({
    NODE_ENV: 'production', PORT: 4000,
    SUBGRAPH_URLS: { registry: 'http://registry:4000/graphql', 'school-codes': 'https://codes:4000/graphql' },
    FILE_ROUTES: [{ prefix: '/uploads/intake', subgraph: 'registry' }, { prefix: '/downloads', subgraph: 'registry' }],
  }) });
});

it.each([
  ['a missing key', { ACTOR_SIGNING_KEY: undefined }, 'ACTOR_SIGNING_KEY'], ['no subgraph', { SUBGRAPH_URLS: '' }, 'SUBGRAPH_URLS'],
  ['an address that is none', { SUBGRAPH_URLS: 'registry=registry:4000' }, 'SUBGRAPH_URLS'], ['an address without name', { SUBGRAPH_URLS: 'http://registry:4000' }, 'SUBGRAPH_URLS'],
  ['a route to nobody', { FILE_ROUTES: '/uploads/x=helpdesk' }, 'FILE_ROUTES'], ['a route elsewhere', { FILE_ROUTES: '/graphql=registry' }, 'FILE_ROUTES'],
  ['a wrong port', { PORT: 'many' }, 'PORT'], ['a settable clock in production', { DEV_CLOCK_FILE: '/tmp/clock' }, 'DEV_CLOCK_FILE'],
  ['demo people in production', { EXPLORER_FILE: '/tmp/explorer.json' }, 'EXPLORER_FILE'],
])('refuses %s', (_what, change, name) => {
  expect(faults(change)).toEqual([expect.stringContaining(name)]);
});

it('names every fault at once and repeats no value', () => {
  const found = faults({ PORT: 'many', ACCESS_TOKEN_PUBLIC_KEY: '', SUBGRAPH_URLS: 'registry=ftp://user:hidden@host' });
  expect(found).toHaveLength(3);
  expect(found.join()).not.toContain('hidden');
});

it('allows both in development', () => {
  expect(faults({ NODE_ENV: 'development', DEV_CLOCK_FILE: '/tmp/clock', EXPLORER_FILE: '/tmp/explorer.json' })).toEqual([]);
});

it('takes the longest route that matches whole segments', () => {
  const routes = [{ prefix: '/uploads', subgraph: 'a' }, { prefix: '/uploads/intake', subgraph: 'b' }];
  expect(routeFor(routes, '/uploads/intake/1')?.subgraph).toBe('b');
  expect(routeFor(routes, '/uploads/intakes')?.subgraph).toBe('a');
  for (const path of ['/', '/upload', '/uploads/', '/uploads//x', '/uploads/../graphql', '/uploads/.', '/uploads/%2e%2e', '/uploads/a\\b', '/uploads/...']) expect([path, routeFor(routes, path)]).toEqual([path, undefined]);
});
