export * from './receive-file';
export * from './http-answers';
