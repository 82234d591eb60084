export * from './timeline';
export * from './timeline-entry.entity';
export * from './timeline.resolver';
