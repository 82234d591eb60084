import { fixKafkajsIdleSpin } from './kafkajs-idle-fix';

interface Queue {
  throttledUntil: number;
  push(request: object): void;
  checkPendingRequests(): void;
  fulfillRequest(response: object): void;
}

const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;

const sent: number[] = [];
const request = (correlationId: number): object => ({ entry: { correlationId, resolve: () => undefined, reject: () => undefined }, expectResponse: true, sendRequest: () => sent.push(correlationId) });

function queue(): Queue {
  const silent = { debug: () => undefined, warn: () => undefined };
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 30_000, enforceRequestTimeout: false, clientId: 'test', broker: 'b', logger: silent });
}

describe('kafkajs idle fix', () => {
  beforeAll(() => {
    fixKafkajsIdleSpin();
    fixKafkajsIdleSpin();
  });

  beforeEach(() => {
    sent.length = 0;
    jest.useFakeTimers();
  });

  afterEach(() => jest.useRealTimers());

  it('sets no timer while nothing is pending', () => {
    queue().checkPendingRequests();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends what waited for a place in flight, then rests', () => {
    const idle = queue();
    idle.push(request(1));
    idle.push(request(2));
    expect(sent).toEqual([1]);
    idle.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(sent).toEqual([1, 2]);
    jest.advanceTimersByTime(1_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends what was throttled once the broker allows it', () => {
    const throttled = queue();
    throttled.throttledUntil = Date.now() + 500;
    throttled.push(request(1));
    jest.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(2);
    expect(sent).toEqual([1]);
  });
});
