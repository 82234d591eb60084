export * from './preschool-child.entity';
export * from './children';
export * from './kindergarten-graduates.resolver';
