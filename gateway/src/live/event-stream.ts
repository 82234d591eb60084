import type { ServerResponse } from 'node:http';
import type { LiveSubscription, Viewer } from './hub';
import { cursorExpired, LIVE_ENDS, type LiveConnection, type LiveShared } from './connection';
import { refusal, type OperationBody } from './live-operation';

/**
 * One subscription over HTTP, for those behind proxies that know no WebSocket: the distinct connections of `graphql-sse`. Events are `next` (an answer)
 * and `complete`; a comment now and then keeps the connection open. The starting cursor is in `x-live-cursor`.
 */
export async function serveEventStream({ hub, read, enter }: LiveShared, response: ServerResponse, body: OperationBody, viewer: Viewer): Promise<void> {
  const { locale } = viewer;
  const refuse = (status: number, errors: object[]) => {
    const text = JSON.stringify({ errors });
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
  const operation = read(body, viewer);
  if ('errors' in operation) return refuse(operation.errors.some(({ extensions }) => extensions?.code === 'FIELD_FORBIDDEN') ? 403 : 400, operation.errors);

  let subscription: LiveSubscription | null = null;
  let isStopped = false;
  const complete = (reason: string) => {
    if (isStopped) return;
    const errors = [refusal(locale, reason, ...(LIVE_ENDS[reason] ?? LIVE_ENDS.GOING_AWAY!))];
    response.end(`event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`);
    setTimeout(() => response.destroy(), 1_000).unref();
    stop();
  };
  let isFlushed = true;
  const connection: LiveConnection = {
    viewer,
    beat: () => {
      // What was written at the last beat has not left the process: nobody reads it.
      if (!isFlushed) return false;
      isFlushed = false;
      response.write(':\n\n', () => (isFlushed = true));
      return true;
    },
    end: (_code, reason) => complete(reason),
  };
  const leave = enter(connection, 'sse');
  if (!leave) return refuse(429, [refusal(locale, 'TOO_MANY_CONNECTIONS', '实时连接过多', 'There are too many live connections.')]);
  const stop = () => {
    isStopped = true;
    subscription?.stop();
    leave();
  };
  response.once('close', stop);

  const waiting: [string, () => void][] = [];
  let isOpen = false;
  const write = (payload: string, done: () => void) => void response.write(`event: next\ndata: ${payload}\n\n`, done);
  const cursor = operation.after ?? hub.cursor;
  subscription = await hub.subscribe(operation, viewer, {
    next: (payload) => new Promise((resolve) => (isOpen ? write(payload, resolve) : waiting.push([payload, resolve]))),
    end: complete,
  });
  if (!subscription) {
    leave();
    return refuse(400, [cursorExpired(locale)]);
  }
  if (isStopped) return subscription.stop();
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', 'x-live-cursor': cursor });
  response.write(':\n\n');
  isOpen = true;
  for (const [payload, done] of waiting.splice(0)) write(payload, done);
}
