export * from './servers';
export * from './demo';
export * from './kit/actors';
export * from './kit/test-service';
export * from './kit/walk-table';
export * from './kit/conservation';
