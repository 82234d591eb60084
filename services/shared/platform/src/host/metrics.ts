import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { DataSource } from 'typeorm';

export interface ServiceMetrics {
  registry: Registry;
  operations: Counter<'outcome'>;
  seconds: Histogram;
}

let processRegistry: Registry | null = null;

/** Metrics of the process itself (memory, event loop, handles), once however many services live in it. */
export function processMetrics(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

/** Metrics of one service. Labels carry codes only: an operation's name is the client's text. */
export function serviceMetrics(service: string, dataSource: DataSource, lag: () => Promise<number>): ServiceMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const registers = [registry];
  new Gauge({
    name: 'xueji_outbox_waiting', help: 'events not yet handed to the bus', registers,
    async collect() {
      const [{ waiting }] = await dataSource.query('select count(*)::int as waiting from outbox_event where sent_at is null').catch(() => [{ waiting: -1 }]);
      this.set(waiting);
    },
  });
  new Gauge({
    name: 'xueji_events_behind', help: 'events of other services not yet taken in', registers,
    async collect() {
      this.set(await lag().catch(() => -1));
    },
  });
  return {
    registry,
    operations: new Counter({ name: 'xueji_operations_total', help: 'GraphQL operations', labelNames: ['outcome'], registers }),
    seconds: new Histogram({ name: 'xueji_operation_seconds', help: 'duration of GraphQL operations', buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3], registers }),
  };
}
