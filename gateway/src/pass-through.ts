import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream';
import type { Subgraph } from './data-sources';

/** `{ prefix: '/uploads/intake', subgraph: 'registry' }`: such paths go to that service, unchanged. */
export interface PassThroughRoute {
  prefix: string;
  subgraph: string;
}

const FILE_TIMEOUT_MS = 120_000;

/** A client's headers that a service may need to read a file; everything else, `x-*` and the bearer token above all, stays here. */
const TO_SERVICE = ['content-type', 'content-length', 'content-encoding', 'content-disposition', 'transfer-encoding', 'range', 'if-none-match'];
const TO_CLIENT = ['content-type', 'content-length', 'content-disposition', 'content-range', 'accept-ranges', 'etag', 'retry-after'];

/** Only plain path segments match: a path that a service could read in another way (`..`, `%2e`, `//`) has no route. */
export function routeFor(routes: readonly PassThroughRoute[], path: string): PassThroughRoute | undefined {
  if (!/^(\/(?!\.+(\/|$))[\w.~-]+)+$/.test(path)) return undefined;
  return routes
    .filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** Streams the request to the service and the answer back, holding neither in memory. `onFailure`: nothing has been answered yet. */
export function passThrough(
  subgraph: Subgraph, request: IncomingMessage, response: ServerResponse, signed: Record<string, string>, onFailure: (error: Error) => void,
): void {
  const headers = { ...only(request.headers, TO_SERVICE), ...signed };
  if ('local' in subgraph) {
    request.headers = headers as IncomingHttpHeaders;
    Promise.resolve(subgraph.local.handleHttp(request, response)).catch(onFailure);
    return;
  }
  const { protocol, origin } = new URL(subgraph.url);
  const forward = (protocol === 'https:' ? httpsRequest : httpRequest)(origin, { path: request.url!, method: request.method!, headers, timeout: FILE_TIMEOUT_MS }, (answer) => {
    response.writeHead(answer.statusCode!, only(answer.headers, TO_CLIENT));
    pipeline(answer, response, () => undefined);
  });
  const fail = (error: Error) => {
    forward.destroy();
    if (response.headersSent) response.destroy();
    else onFailure(error);
  };
  forward.on('timeout', () => fail(new Error('no answer in time')));
  forward.on('error', fail);
  // A client that goes away takes the forwarded request with it.
  response.on('close', () => forward.destroy());
  request.pipe(forward);
}

function only(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}
