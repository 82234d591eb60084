export * from './school-year.entity';
export * from './school-year.rules';
export * from './school-year.resolver';
export * from './class-loader';
