import type { IncomingMessage } from 'node:http';
import type { Actor, Locale, Logger } from '@xueji/platform';
import type { GraphQLFormattedError } from 'graphql';
import type { LiveHub, Viewer } from './hub';
import { refusal, type LiveOperation, type OperationBody } from './live-operation';

/** What one client, and one gateway, may hold open. */
export const LIVE_LIMITS = {
  connections: 20_000,
  connectionsOfAccount: 50,
  subscriptionsOfConnection: 20,
  /** of one message of a client */
  messageBytes: 64 * 1024,
  /** for the first message, which brings the token */
  initMs: 10_000,
} as const;

/** Times that tests shorten. */
export interface LiveTimes {
  /** between two looks at sessions and tokens: an ended session is noticed within it */
  sessionsMs: number;
  /** between two signs of life */
  heartbeatMs: number;
  initMs: number;
}

export const TIMES: LiveTimes = { sessionsMs: 3_000, heartbeatMs: 25_000, initMs: LIVE_LIMITS.initMs };

/** An open connection, whatever it runs over. */
export interface LiveConnection {
  viewer: Viewer;
  /** a sign of life; false when the client gave none since the last one */
  beat(): boolean;
  end(code: number, reason: string): void;
}

/** Closing codes beside those of the protocol. 4401 is not to be tried again; the others are, with `after`. */
export const CODES = { goingAway: 1001, restart: 1012, forbidden: 4403, sessionEnded: 4401, slow: 4413, tokenExpired: 4419, tooMany: 4429, interrupted: 4503 } as const;

/** Why the gateway ended a stream, in words: zh, en. */
export const LIVE_ENDS: Record<string, [string, string]> = {
  SLOW_CLIENT: ['接收过慢，请以最后的 cursor 重新订阅', 'Too slow: subscribe again with the last cursor.'],
  SESSION_ENDED: ['登录已结束', 'The sign-in has ended.'],
  TOKEN_EXPIRED: ['登录凭证已到期，请换新后以最后的 cursor 重新订阅', 'The token has expired: renew it and subscribe again with the last cursor.'],
  LIVE_INTERRUPTED: ['更新暂时无法取得，请以最后的 cursor 重新订阅', 'Updates cannot be had for the moment: subscribe again with the last cursor.'],
  SCHEMA_CHANGED: ['接口已更新，请重新订阅', 'The graph has changed: subscribe again.'],
  GOING_AWAY: ['服务即将重启，请以最后的 cursor 重新订阅', 'This server is going away: subscribe again with the last cursor.'],
  NO_SIGN_OF_LIFE: ['连接无响应', 'The connection gave no sign of life.'],
};

/** What the two transports share. */
export interface LiveShared {
  hub: LiveHub;
  read: (body: OperationBody, viewer: Viewer) => LiveOperation | { errors: GraphQLFormattedError[] };
  enter: (connection: LiveConnection, transport: 'websocket' | 'sse') => (() => void) | null;
  times: LiveTimes;
  verify: (authorization: unknown) => Promise<{ actor: Actor; expiresAt: number } | null>;
  addressOf: (request: IncomingMessage) => string | null;
  log: Logger;
}

export const cursorExpired = (locale: Locale) =>
  refusal(locale, 'CURSOR_EXPIRED', '该 cursor 之后的更新已不全，请重新查询后再订阅', 'What came after this cursor is not kept any more: query anew, then subscribe without it.', { field: 'after' });

/** When a token that has been checked ends, in milliseconds since 1970. */
export function expiryOf(token: string): number {
  return (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as { exp: number }).exp * 1000;
}
