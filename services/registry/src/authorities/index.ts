export * from './authorities';
export * from './http-authorities';
export * from './identity-check.entity';
export * from './identity-check.resolver';
