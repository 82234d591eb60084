interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

/** How often a queue looks again while all its in-flight places are taken, in ms; kafkajs' own value. */
const CHECK_INTERVAL = 10;

function scheduleOnlyWhenPending(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttled = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttled > 0 ? throttled : CHECK_INTERVAL,
  );
}

/**
 * Stops kafkajs 2.2.4 from waking up about 900 times a second on every idle connection.
 * Its request queue re-arms a timer with a negative delay even when nothing is pending; every
 * push() arms the timer itself, so an empty queue needs none. Call once before the first client;
 * calling again changes nothing. Throws when kafkajs no longer has the patched method.
 */
export function fixKafkajsIdleSpin(): void {
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  if (typeof queue.prototype.scheduleCheckPendingRequests !== 'function') {
    throw new Error('KAFKAJS_CHANGED: the request queue has no scheduleCheckPendingRequests; look whether the idle fix is still needed');
  }
  queue.prototype.scheduleCheckPendingRequests = scheduleOnlyWhenPending;
}
