export * from './preschool-child.entity';
export * from './children';
