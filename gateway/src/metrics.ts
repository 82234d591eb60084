import { processMetrics } from '@xueji/platform';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Labels are routes, statuses, names of subgraphs and codes: nothing a client can invent. */
export function gatewayMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  return {
    text: async () => `${await registry.metrics()}\n${await processMetrics().metrics()}`,
    requests: new Histogram({ name: 'xueji_gateway_request_seconds', help: 'Duration of client requests', labelNames: ['route', 'status'] as const, buckets, registers }),
    subgraphs: new Histogram({ name: 'xueji_gateway_subgraph_seconds', help: 'Duration of calls to subgraphs', labelNames: ['subgraph', 'outcome'] as const, buckets, registers }),
    compiled: new Counter({ name: 'xueji_gateway_compiled_total', help: 'Operations run by the compiled executor', registers }),
    fallbacks: new Counter({ name: 'xueji_gateway_fallbacks_total', help: 'Operations left to the stock executor because they are not compiled', labelNames: ['reason'] as const, registers }),
    liveConnections: new Gauge({ name: 'xueji_gateway_live_connections', help: 'Open connections for live updates', labelNames: ['transport'] as const, registers }),
    liveSubscriptions: new Gauge({ name: 'xueji_gateway_live_subscriptions', help: 'Running subscriptions', labelNames: ['topic'] as const, registers }),
    liveNotices: new Counter({ name: 'xueji_gateway_live_notices_total', help: 'Notices heard from the feed', labelNames: ['topic'] as const, registers }),
    liveDeliveries: new Counter({ name: 'xueji_gateway_live_deliveries_total', help: 'Answers sent to subscribers', labelNames: ['topic'] as const, registers }),
    liveDrops: new Counter({ name: 'xueji_gateway_live_drops_total', help: 'Subscriptions and connections ended by the gateway', labelNames: ['reason'] as const, registers }),
    refusals: new Counter({ name: 'xueji_gateway_refusals_total', help: 'Requests refused before any subgraph was asked', labelNames: ['reason'] as const, registers }),
  };
}

export type GatewayMetrics = ReturnType<typeof gatewayMetrics>;
