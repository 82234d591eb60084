export * from './student.entity';
export * from './student-loader';
export * from './student-numbers';
export * from './student.resolver';
