import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { localeOf } from '@xueji/platform';
import { WebSocketServer, type WebSocket } from 'ws';
import type { EndReason, LiveSubscription, Viewer } from './hub';
import { CODES, cursorExpired, LIVE_LIMITS, type LiveConnection, type LiveShared } from './connection';
import { refusal, type OperationBody } from './live-operation';

const PROTOCOL = 'graphql-transport-ws';

const ENDS: Record<EndReason, number> = { SLOW_CLIENT: CODES.slow, SESSION_ENDED: CODES.sessionEnded, LIVE_INTERRUPTED: CODES.interrupted };

interface ClientMessage {
  type?: unknown;
  id?: unknown;
  payload?: unknown;
}

/**
 * The server's side of the `graphql-transport-ws` protocol. Written here and not taken from its library so that an answer is written once for all who
 * get it, and no connection holds more than its subscriptions.
 */
export function webSockets(shared: LiveShared) {
  const server = new WebSocketServer({
    noServer: true, clientTracking: true, perMessageDeflate: false, maxPayload: LIVE_LIMITS.messageBytes,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  return {
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => server.handleUpgrade(request, socket, head, (accepted) => {
      if (accepted.protocol === PROTOCOL) new SocketConnection(accepted, request, shared);
      else accepted.close(4406, 'Subprotocol not acceptable');
    }),
    close: async () => {
      for (const client of server.clients) client.close(CODES.goingAway, 'GOING_AWAY');
      const patience = setTimeout(() => server.clients.forEach((client) => client.terminate()), 1_000);
      await Promise.all([...server.clients].map((client) => new Promise((resolve) => client.once('close', resolve))));
      clearTimeout(patience);
    },
  };
}

class SocketConnection implements LiveConnection {
  viewer!: Viewer;
  /** null: on its way to being one */
  private readonly subscriptions = new Map<string, LiveSubscription | null>();
  private isInitialised = false;
  private isAlive = true;
  private leave: (() => void) | null = null;
  private readonly language: string | undefined;
  private readonly clientAddress: string | null;

  constructor(private readonly socket: WebSocket, request: IncomingMessage, private readonly shared: LiveShared) {
    this.language = request.headers['accept-language'];
    this.clientAddress = shared.addressOf(request);
    const patience = setTimeout(() => {
      if (!this.leave) socket.close(4408, 'Connection initialisation timeout');
    }, shared.times.initMs);
    patience.unref();
    socket.on('message', (data, isBinary) => {
      this.isAlive = true;
      if (isBinary) return socket.close(4400, 'Invalid message');
      return void this.take(String(data)).catch((error: Error) => {
        shared.log.error({ reason: error.name }, 'a message of a live connection failed');
        socket.close(CODES.interrupted, 'LIVE_INTERRUPTED');
      });
    });
    socket.on('pong', () => (this.isAlive = true));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clearTimeout(patience);
      for (const subscription of this.subscriptions.values()) subscription?.stop();
      this.subscriptions.clear();
      this.leave?.();
    });
  }

  beat(): boolean {
    if (!this.isAlive) return false;
    this.isAlive = false;
    this.socket.ping();
    return true;
  }

  end(code: number, reason: string): void {
    this.socket.close(code, reason);
    // Who does not answer the closing is not waited for.
    setTimeout(() => this.socket.terminate(), 1_000).unref();
  }

  private async take(text: string): Promise<void> {
    const message = messageIn(text);
    switch (message?.type) {
      case 'connection_init': return this.initialise(message.payload);
      case 'ping': return this.send('{"type":"pong"}');
      case 'pong': return undefined;
      case 'subscribe': {
        const { id, payload } = message;
        if (typeof id !== 'string' || id.length === 0 || id.length > 100 || typeof payload !== 'object' || payload === null) break;
        if (!this.leave) return this.socket.close(4401, 'Unauthorized');
        if (this.subscriptions.has(id)) return this.socket.close(4409, 'Subscriber for this id already exists');
        return this.subscribe(id, payload);
      }
      case 'complete': {
        if (typeof message.id !== 'string') break;
        this.subscriptions.get(message.id)?.stop();
        this.subscriptions.delete(message.id);
        return undefined;
      }
    }
    return this.socket.close(4400, 'Invalid message');
  }

  private async initialise(payload: unknown): Promise<void> {
    if (this.isInitialised) return this.socket.close(4429, 'Too many initialisation requests');
    this.isInitialised = true;
    const given = Object.fromEntries(Object.entries(payload && typeof payload === 'object' ? payload : {}).map(([name, value]) => [name.toLowerCase(), value as unknown]));
    const bearer = await this.shared.verify(given.authorization);
    if (!bearer) return this.socket.close(CODES.forbidden, 'Forbidden');
    if (this.socket.readyState !== this.socket.OPEN) return undefined;
    const acceptLanguage = typeof given['accept-language'] === 'string' ? given['accept-language'].slice(0, 200) : this.language;
    this.viewer = { ...bearer, acceptLanguage, locale: localeOf(acceptLanguage), clientAddress: this.clientAddress };
    const leave = this.shared.enter(this, 'websocket');
    if (!leave) return this.socket.close(CODES.tooMany, 'TOO_MANY_CONNECTIONS');
    this.leave = leave;
    return this.send(`{"type":"connection_ack","payload":${JSON.stringify({ cursor: this.shared.hub.cursor })}}`);
  }

  private async subscribe(id: string, body: OperationBody): Promise<void> {
    const { locale } = this.viewer;
    const idJson = JSON.stringify(id);
    const refuse = (errors: object[]) => {
      this.subscriptions.delete(id);
      this.send(`{"id":${idJson},"type":"error","payload":${JSON.stringify(errors)}}`);
    };
    if (this.subscriptions.size >= LIVE_LIMITS.subscriptionsOfConnection) {
      return refuse([refusal(locale, 'TOO_MANY_SUBSCRIPTIONS', `一个连接最多 ${LIVE_LIMITS.subscriptionsOfConnection} 个订阅`, `A connection may have ${LIVE_LIMITS.subscriptionsOfConnection} subscriptions.`, { max: LIVE_LIMITS.subscriptionsOfConnection })]);
    }
    this.subscriptions.set(id, null);
    const operation = this.shared.read(body, this.viewer);
    if ('errors' in operation) return refuse(operation.errors);
    const subscription = await this.shared.hub.subscribe(operation, this.viewer, {
      next: (payload) => new Promise((resolve) => this.socket.send(`{"id":${idJson},"type":"next","payload":${payload}}`, () => resolve())),
      end: (reason) => this.end(ENDS[reason], reason),
    });
    if (!subscription) return refuse([cursorExpired(locale)]);
    // Completed, or gone, meanwhile.
    if (!this.subscriptions.has(id)) return subscription.stop();
    this.subscriptions.set(id, subscription);
    return undefined;
  }

  private send(text: string): void {
    this.socket.send(text, () => undefined);
  }
}

function messageIn(text: string): ClientMessage | null {
  try {
    const message = JSON.parse(text) as unknown;
    return typeof message === 'object' && message !== null ? message : null;
  } catch {
    return null;
  }
}
