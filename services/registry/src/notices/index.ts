export * from './notice.entity';
export * from './notices';
export * from './notices.resolver';
