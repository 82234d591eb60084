import { dirname, join } from 'node:path';
import { Router, type Response } from 'express';

/** A demo account shown on the page. */
export interface Persona {
  label: string;
  username: string;
  password: string;
  duty: string;
  organization: string;
}

/** An operation to click. */
export interface ReadyOperation {
  title: string;
  /** user name of the persona who asks; absent: whoever is signed in, or nobody */
  persona?: string;
  query: string;
  variables?: Record<string, unknown>;
}

export interface ExplorerConfig {
  personas: Persona[];
  operations: ReadyOperation[];
  /** The sign-in mutation with `$username` and `$password`; `tokenPath` leads to the bearer token in its data. */
  login?: { query: string; tokenPath: string };
}

export const DEFAULT_LOGIN = {
  query: 'mutation SignIn($username: String!, $password: String!) { login(input: { username: $username, password: $password }) { tokens { accessToken } } }',
  tokenPath: 'login.tokens.accessToken',
};

// Read from the installed packages; the page asks no other host for anything.
const VENDOR = {
  'react.js': ['react', 'umd/react.production.min.js'],
  'react-dom.js': ['react-dom', 'umd/react-dom.production.min.js'],
  'graphiql.js': ['graphiql', 'graphiql.min.js'],
  'graphiql.css': ['graphiql', 'graphiql.min.css'],
} as const;

const PAGE = ['explorer.css', 'explorer.js'];

const POLICY = [
  "default-src 'none'", "script-src 'self'", "connect-src 'self'", "img-src 'self' data:", "font-src 'self' data:",
  // The editor writes style elements of its own.
  "style-src 'self' 'unsafe-inline'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

/** The explorer at `/explorer`: an editor for the graph, sign-in as a demo person, operations to click. Development only. */
export function explorerRouter({ personas, operations, login = DEFAULT_LOGIN }: ExplorerConfig): Router {
  const router = Router();
  const own = join(__dirname, '../../explorer');
  router.use((_request, response, next) => {
    response.setHeader('content-security-policy', POLICY);
    next();
  });
  router.get('/', (request, response) => {
    // Relative addresses in the page need the trailing slash.
    if (request.originalUrl.split('?')[0]!.endsWith('/')) return send(response, join(own, 'index.html'));
    return response.redirect(308, 'explorer/');
  });
  router.get('/config.json', (_request, response) => void response.json({ personas, operations, login }));
  for (const file of PAGE) router.get(`/${file}`, (_request, response) => send(response, join(own, file)));
  for (const [name, [packageName, path]] of Object.entries(VENDOR)) {
    router.get(`/vendor/${name}`, (_request, response) => send(response, join(dirname(require.resolve(`${packageName}/package.json`)), path)));
  }
  return router;
}

function send(response: Response, file: string): void {
  response.setHeader('cache-control', 'no-cache');
  response.sendFile(file, { dotfiles: 'allow' });
}
