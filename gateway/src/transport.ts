import type { OperationResult } from '@xueji/platform';
import { bulkhead, circuitBreaker, ConsecutiveBreaker, ConstantBackoff, handleWhen, retry, wrap } from 'cockatiel';
import { Pool, type Dispatcher } from 'undici';
import type { LocalSubgraph } from './data-sources';

export const SUBGRAPH_TIMEOUT_MS = 10_000;
const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;
const CONNECTIONS = 256;
const QUEUED = 1024;
const FAILURES_THAT_OPEN = 20;
const OPEN_MS = 1_000;
const RETRY_AFTER_MS = 25;

/** One operation for a subgraph, its parts as JSON text so that nothing is written twice. */
export interface SubgraphOperation {
  query: string;
  /** `query` as a JSON string */
  queryJson: string;
  /** a JSON object */
  variablesJson: string;
  operationName?: string | undefined;
  /** a mutation is never sent twice */
  isMutation: boolean;
}

/** Answers, or throws an error whose `code` says why there is no answer. */
export type Send = (operation: SubgraphOperation, headers: Record<string, string>) => Promise<OperationResult>;

export interface Transport {
  send: Send;
  /** Several operations in one request save time. */
  isRemote: boolean;
  close(): Promise<void>;
}

/** Calls a subgraph in the same process. */
export function localTransport({ execute }: LocalSubgraph): Transport {
  return {
    isRemote: false,
    close: () => Promise.resolve(),
    send: ({ query, variablesJson, operationName }, headers) => {
      let timer: NodeJS.Timeout;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(failure('TIMEOUT')), SUBGRAPH_TIMEOUT_MS);
      });
      const variables = JSON.parse(variablesJson) as Record<string, unknown>;
      return Promise.race([execute({ query, variables, ...(operationName && { operationName }) }, headers), late]).finally(() => clearTimeout(timer));
    },
  };
}

/**
 * Calls a subgraph over kept HTTP connections. A query that found no server is sent once more; after many failures in a row the subgraph is left
 * alone for a second; no more than so many calls run or wait. Connections idle shorter here than there, so that none is closed under a request.
 */
export function httpTransport(url: string): Transport {
  const { origin, pathname, search } = new URL(url);
  const path = pathname + search;
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1, keepAliveTimeout: 30_000, keepAliveMaxTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: SUBGRAPH_TIMEOUT_MS } });
  const isAway = handleWhen((error) => error instanceof NoAnswer);
  const guard = wrap(bulkhead(CONNECTIONS, QUEUED), circuitBreaker(isAway, { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES_THAT_OPEN) }));
  const again = retry(handleWhen((error) => error instanceof NoAnswer && error.mayBeSentAgain), { maxAttempts: 1, backoff: new ConstantBackoff(RETRY_AFTER_MS) });

  const call = (operation: SubgraphOperation, headers: Record<string, string>) => new Promise<OperationResult>((resolve, reject) => {
    const { queryJson, variablesJson, operationName } = operation;
    const body = `{"query":${queryJson},"variables":${variablesJson}${operationName ? `,"operationName":${JSON.stringify(operationName)}` : ''}}`;
    pool.dispatch(
      { path, method: 'POST', headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' }, body },
      new AnswerReader(resolve, reject),
    );
  });
  return {
    isRemote: true,
    send: (operation, headers) => {
      const once = () => guard.execute(() => call(operation, headers));
      return operation.isMutation ? once() : again.execute(once);
    },
    close: () => pool.close(),
  };
}

/** Gathers the pieces of one answer and reads them as one text. */
class AnswerReader implements Dispatcher.DispatchHandler {
  private readonly pieces: Buffer[] = [];
  private length = 0;
  private status = 0;
  private timer: NodeJS.Timeout | undefined;
  private reason: NoAnswer | null = null;

  constructor(private readonly resolve: (result: OperationResult) => void, private readonly reject: (error: Error) => void) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.giveUp(controller, 'TIMEOUT'), SUBGRAPH_TIMEOUT_MS);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.length += piece.length;
    if (this.length > ANSWER_LIMIT_BYTES) this.giveUp(controller, 'ANSWER_TOO_LARGE');
    else this.pieces.push(piece);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    const text = this.pieces.length === 1 ? this.pieces[0]!.toString('utf8') : Buffer.concat(this.pieces, this.length).toString('utf8');
    try {
      this.resolve(answerOf(text));
    } catch {
      this.reject(new NoAnswer(this.status >= 500 ? `HTTP_${this.status}` : 'ANSWER_INVALID', this.status === 502 || this.status === 503 || this.status === 504));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    clearTimeout(this.timer);
    this.reject(this.reason ?? new NoAnswer(error.code ?? error.name, true));
  }

  private giveUp(controller: Dispatcher.DispatchController, code: string): void {
    this.reason = new NoAnswer(code, false);
    controller.abort(this.reason);
  }
}

/** The subgraph did not answer; `code` says why. */
class NoAnswer extends Error {
  constructor(readonly code: string, readonly mayBeSentAgain: boolean) {
    super(code);
    this.name = 'NoAnswer';
  }
}

function answerOf(text: string): OperationResult {
  const answer = JSON.parse(text) as OperationResult | null;
  if (typeof answer !== 'object' || answer === null || !('data' in answer || 'errors' in answer)) throw failure('ANSWER_INVALID');
  return answer;
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
